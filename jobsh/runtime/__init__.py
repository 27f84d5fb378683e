"""From the tree to effects: scopes, expressions, pipelines, shell text, redirections. Knows no verb, no terminal, no socket."""
