# The end of a session's command string, after __jobsh_s, the directory of sessions; __jobsh_i, the session; __jobsh_z, empty when
# the state is to be kept. WORDS stands for the file with state_*.sh and attach.sh. Then come the options, as they would act on
# us, too; the last status; the text, not inside that file as `return` would leave only it, and not at once as it may begin with a dash.
. "$__jobsh_s/WORDS"
eval "$__jobsh_o" 2>/dev/null
unset -v __jobsh __jobsh_o
__jobsh_status
eval "$__jobsh_x $__jobsh_v"
{ __jobsh_save "$?"; exit "$?"; } 2>/dev/null
