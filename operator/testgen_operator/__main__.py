from testgen_operator.main import main

raise SystemExit(main())
