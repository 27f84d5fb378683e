"""The tests, see README.md. As jobsh itself does, they begin by mending the Python they run on."""

from jobsh.app.old_python import mend_python

mend_python()
