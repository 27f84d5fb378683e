"""The cmdlet framework: one declaration per cmdlet, from which binder, completion, help, docs and tests follow."""
