export const help = `lintel: the map of your services, and the gate that judges changes against it

Usage: lintel [command] [path] [options]

  lintel                        the map of this folder
  lintel map [PATH…]            the map; several repositories make one map
  lintel check [PATH]           judge a change: the files as they lie, or --head, against --base
  lintel diff [PATH]            what a change does to the map
  lintel contracts diff A B     two revisions of a contract; also list, and consumers SERVICE
  lintel replay [PATH]          what the gate would have said of past commits
  lintel explain A->B           the evidence of a connection; also a RULE or a finding's FINGERPRINT
  lintel fragment [PATH]        write what this repository contributes to the map of others
  lintel init [PATH]            write lintel.config.yaml and a workflow

  --base REV, --head REV        the change; default: from the build, else the default branch and the files as they lie
  --with FRAGMENT|DIR           another repository's part of the map (repeatable)
  --format F[=FILE]             how to print, and where to (repeatable)
  --config FILE                 a configuration from outside the judged tree
  --workers N, --no-cache       how to read
  -q, --quiet                   the first line only
  -h, --help                    of a command: lintel check --help
  -V, --version

Exit codes of check: 0 allowed, 1 denied, 2 wrong use, 3 could not judge, 70 a defect of lintel.`
