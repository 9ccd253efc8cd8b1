export const configTemplate = `# Lintel's policy. It is read from the base of a change, so a change cannot excuse itself.
# Every key is optional; what stands here are the defaults.

# Level of a rule: error (denies), warning, note, off.
# What a rule judges: lintel explain contract/breaks-consumers
rules: {}

# Names for calls that nothing resolves: lintel map --unresolved prints the lines.
links: {}
external: {}

# Paths that are not looked at.
ignore: []

# Contracts or services that somebody outside of this map uses.
publicContracts: []
`

export const githubWorkflow = (version: string): string => `name: lintel
on: pull_request

permissions:
  contents: read
  pull-requests: write

jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v5
        with:
          node-version: 22
      # On a pull request from a fork the token is read-only: the comment becomes a warning, the verdict stays.
      - run: npx --yes lintel@${version} check --format text --format github --summary --comment
        env:
          GITHUB_TOKEN: \${{ github.token }}
`

export const gitlabJob = (version: string): string => `# Include it: { include: [{ local: .gitlab/lintel.gitlab-ci.yml }] }
lintel:
  image: node:22
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: 0
  script:
    # A note on the merge request needs a project token in GITLAB_TOKEN.
    - npx --yes lintel@${version} check --format text --format junit=lintel.xml --comment
  artifacts:
    when: always
    reports:
      junit: lintel.xml
`
