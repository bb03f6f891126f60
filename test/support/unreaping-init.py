"""
A PID 1 that reaps nothing, as many containers have it: starts its arguments, waits for that one child only, and leaves
every orphan defunct. Ends with the child's exit code.

    unshare --fork --pid --mount-proc python3 test/support/unreaping-init.py npx vitest run test/guard
"""

import os
import sys

child = os.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
