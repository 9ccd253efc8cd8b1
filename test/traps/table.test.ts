import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/**
 * What has misled tools that recover service graphs, and the test that shows that it does not mislead this one: trap, file below `test/`
 * or `src/`, title. A trap without a test does not stand here; whoever meets a new one adds its test and its line.
 */
const traps: [trap: string, file: string, title: string][] = [
  ['a stub is constructed but never called', 'test/traps/code.test.ts', 'a stub is made and never called'],
  ['a pool is created, its handler never uses it', 'test/traps/code.test.ts', 'a connection is pooled and no handler takes it'],
  ['test and sample clients', 'test/traps/code.test.ts', 'a client of tests, samples and probes'],
  ['a dead client for a route that does not exist', 'test/traps/code.test.ts', 'a module holds a client for a route that does not exist'],
  ['source outside the build', 'test/traps/code.test.ts', 'a source beside the program that its build leaves out'],
  ['a program that nothing builds', 'test/traps/code.test.ts', 'a program of C++ that no image and no build list names'],
  ['commented-out wiring', 'test/traps/code.test.ts', 'wiring in comments'],
  ['vendored trees, checked-in packages', 'test/traps/code.test.ts', 'code of others that is checked in'],
  ['committed stubs; generated clients missing from the tree', 'test/traps/code.test.ts', 'generated stubs are no program'],
  ['redirect lists, allowed origins', 'test/traps/code.test.ts', 'redirects, allowed origins and trusted hosts'],
  ['fault-injection hosts, start order, links', 'test/traps/code.test.ts', 'faults that a mesh injects, and start order'],
  ['documents and diagrams', 'test/traps/code.test.ts', 'documents and diagrams'],
  ['a variable is set and never read', 'test/traps/code.test.ts', 'set and never read'],
  ['a variable is read and never set: the default is the wiring', 'test/traps/code.test.ts', 'read and never set'],
  ['name set and name read differ', 'test/traps/code.test.ts', 'another name is read than is set'],
  ['databases that are shared', 'test/traps/code.test.ts', 'a database of two services'],
  ['cycles', 'test/traps/code.test.ts', 'two services that call each other'],
  ['libraries, samples, programs that do not listen', 'src/link/link.test.ts', 'a library, a sample, or a program that does not listen'],
  ['a service that calls its own port', 'src/link/link.test.ts', 'a call to its own port'],
  ['one image with several commands', 'src/link/link.test.ts', 'one image with several commands is several services'],
  ['one folder in several versions', 'src/link/link.test.ts', 'versions behind one Service are one service'],
  ['a likeness of names', 'src/link/link.test.ts', 'is guessed, and marked, only for an rpc service'],
  ['development and test configuration', 'test/analyse/elixir.test.ts', 'development never wins'],
  ['a test overlay', 'src/link/link.test.ts', 'a service of the test overlay does not'],
  ['alternative deployments', 'test/traps/nodes.test.ts', 'makes what only it knows, and nothing else touches, optional'],
  ['set-up and shell containers', 'test/traps/nodes.test.ts', 'is kept alive only so that somebody can go in'],
  ['images named alike', 'test/traps/nodes.test.ts', 'one image that ends like a folder says nothing'],
  ['manifest gateways beside real ones', 'test/traps/nodes.test.ts', 'that leads to nothing deployed here is no node'],
  ['tests of message code', 'test/analyse/messages.test.ts', 'what only runs in tests is none'],
  ['topics consumed and never produced', 'test/traps/messages.test.ts', 'a topic that is consumed and never produced'],
  ['queues that are bound, without a listener', 'test/analyse/transports.test.ts', 'where nobody here listens, belongs to nobody'],
  ['a transport that contradicts its own address', 'test/traps/messages.test.ts', 'a transport that its address contradicts'],
  [
    'a fanout exchange: the message type is the topic',
    'test/analyse/message-types.test.ts',
    'are the topics of an exchange that sends everything to everybody',
  ],
  ['channels inside one process', 'test/analyse/transports.test.ts', 'stays in the process: mediators, emitters, buses in memory'],
  ['topics that an outbox keeps', 'test/analyse/channels.test.ts', 'carry topics that an outbox keeps'],
]

it.each(traps)('%s', (_, file, title) => {
  expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'), `${file} has no such test`).toContain(title)
})
