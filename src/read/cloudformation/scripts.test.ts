import { describe, expect, it } from 'vitest'
import { scriptedParameters } from './scripts.ts'

const told = (script: string, name = 'deploy.sh'): Record<string, unknown> =>
  Object.fromEntries(
    [...scriptedParameters('office/template.yaml', path => (path === `office/${name}` ? script : undefined))].map(([key, node]) => [
      key,
      node.is === 'scalar' ? node.value : node.is,
    ]),
  )

describe('what scripts give the parameters of a template', () => {
  it('fills in variables that the script sets', () => {
    const script = `#!/bin/bash
PROJECT="ticket-office"
export ZONE=$PROJECT.local # the mesh's own
aws cloudformation deploy --template-file "$DIR/template.yaml" --stack-name "$PROJECT" \\
  --parameter-overrides "Project=\${PROJECT}" "Zone=\${ZONE}" "Image=\${REGISTRY}/seating" "Stage=\${STAGE:-dev}"
`
    expect(told(script)).toEqual({ Project: 'ticket-office', Zone: 'ticket-office.local', Image: '${?REGISTRY}/seating', Stage: 'dev' })
  })

  it('does not choose among several values, and ends where variables name each other', () => {
    const script = `
if [ "$1" = live ]; then STAGE=live; else STAGE=test; fi
STAGE=live
STAGE=test
A=$B
B=$A
sam deploy --parameter-overrides Stage=$STAGE Round=$A
`
    expect(told(script)).toEqual({ Stage: '${?STAGE}', Round: expect.stringContaining('${?') })
  })

  it('reads variables of a Makefile', () => {
    expect(told('STAGE ?= live\n\ndeploy:\n\tsam deploy --parameter-overrides Stage=$(STAGE)\n', 'Makefile')).toEqual({ Stage: 'live' })
  })
})
