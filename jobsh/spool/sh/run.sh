# Ends attach.sh: runs the text.
unset -v __jobsh
eval " $__jobsh_v"
