"""`python -m testgen_operator.kubectl`: the same as `kubectl testgen`."""

from testgen_operator.kubectl.cli import main

raise SystemExit(main())
