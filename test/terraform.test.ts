import { describe, expect, it } from 'vitest'
import { terraform } from '../src/read/render/terraform.ts'
import { parseHcl } from '../src/read/syntax/hcl.ts'

type Tree = Record<string, string>

const render = (tree: Tree, root = '') => {
  const paths = Object.keys(tree).sort()
  const unit = terraform.units(paths, []).find(u => u.root === root)!
  return terraform.render(
    unit,
    path => (Object.hasOwn(tree, path) ? tree[path] : undefined),
    folder => paths.filter(path => folder === '' || path.startsWith(`${folder}/`)),
  )
}

/** What an expression is, as the name of a queue. */
const told = (expr: string, more = ''): unknown => {
  const { documents } = render({ 'main.tf': `${more}\nresource "aws_sqs_queue" "it" {\n  name = ${expr}\n}\n` })
  const [, written = 'nothing'] = /"name": (.+)/.exec(documents[0]!.content) ?? []
  const items = /"name":\n((?: +- .*\n)+)/.exec(documents[0]!.content)?.[1]
  if (items !== undefined) return [...items.matchAll(/- (.*)/g)].map(m => JSON.parse(m[1]!))
  return written.startsWith('"') ? JSON.parse(written) : written
}

describe('expressions', () => {
  it.each([
    ['"a-${1 + 2 * 3}"', 'a-7'],
    ['upper("a") == "A" ? "yes" : "no"', 'yes'],
    ['join("-", ["a", "b"])', 'a-b'],
    ['format("%s-%03d", "q", 7)', 'q-007'],
    ['lookup({ a = "x" }, "b", "none")', 'none'],
    ['merge({ a = "x" }, { a = "y" })["a"]', 'y'],
    ['[for k, v in { b = 1, a = 2 } : "${k}${v}" if v > 1][0]', 'a2'],
    ['{ for x in ["a", "b"] : x => upper(x) }.b', 'B'],
    ['try(local.gone.name, "fallback")', 'fallback'],
    ['coalesce(null, "", "c")', 'c'],
    ['element(["a", "b"], 3)', 'b'],
    ['flatten([["a"], ["b", ["c"]]])[2]', 'c'],
    ['[{ n = ["a"] }, { n = ["b"] }][*].n[0]', ['a', 'b']],
    ['[{ n = "a" }, { n = "b" }].*.n[1]', 'b'],
    ['jsondecode(jsonencode({ a = ["x"] })).a[0]', 'x'],
    ['replace("a_b_c", "_", "-")', 'a-b-c'],
    ['replace("a1b22", "/[0-9]+/", "#")', 'a#b#'],
    ['regex("^([a-z]+)-", "orders-7")[0]', 'orders'],
    ['"%{ for x in ["a", "b"] }${x};%{ endfor }"', 'a;b;'],
    ['"%{ if true }yes%{ else }no%{ endif }"', 'yes'],
    ['<<-EOT\n    two\n      lines\n    EOT\n', 'two\n  lines\n'],
    ['"$${literal}"', '$${literal}'],
    ['split(",", "a,b")[1]', 'b'],
    ['zipmap(["a"], ["x"]).a', 'x'],
    ['length(setproduct(["a", "b"], ["c"]))', '2'],
    ['!(1 < 2) || false ? "a" : "b"', 'b'],
    ['[for k, v in { b = 1, a = 2 } : k]', ['a', 'b']],
    ['[for v in toset(["b", "a"]) : v]', ['a', 'b']],
    ['{ a = timestamp() } != null ? "there" : "not"', 'there'],
    ['{ b = 1, a = 2 } == { a = 2, b = 1 } ? "same" : "other"', 'same'],
  ])('%s is %s', (expr, expected) => {
    expect(told(expr)).toEqual(expected)
  })

  it('leaves to the cloud what only the cloud knows', () => {
    const more = 'resource "aws_sqs_queue" "other" {}\nvariable "stage" {}\n'
    expect(told('aws_sqs_queue.other.arn', more)).toBe('${aws_sqs_queue.other.arn}')
    expect(told('"a/${aws_sqs_queue.other.url}"', more)).toBe('a/${aws_sqs_queue.other.url}')
    expect(told('aws_sqs_queue.other.arn != "" ? "there" : "not"', more)).toBe('there')
  })

  it('knows where it runs as far as the tree tells', () => {
    const queue = 'resource "aws_sqs_queue" "it" {\n  name = basename(path.cwd)\n}\n'
    const content = (tree: Tree, root: string): string => render(tree, root).documents[0]!.content
    expect(content({ 'live/office/main.tf': queue }, 'live/office')).toContain('"name": "office"')
    expect(content({ 'main.tf': queue }, '')).toContain('path.cwd is known only where it runs')
  })

  it('says why it does not know', () => {
    expect(told('"${var.stage}-q"', 'variable "stage" {}')).toBe('${?var.stage has no value}-q')
    expect(told('upper(var.stage)', 'variable "stage" {}')).toBe('${?var.stage has no value}')
    expect(told('timestamp()')).toBe('${?the function timestamp() is not known}')
    expect(told('var.stage ? "a" : "b"', 'variable "stage" {}')).toBe('${?var.stage has no value}')
    expect(told('file("gone.txt")')).toBe('${?gone.txt is not there}')
    expect(told('regex("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")')).toBe('${?regex() cannot be told here}')
    expect(told('"__proto__" == "x" ? 1 : { "__proto__" = "y" }["__proto__"]')).toBe('y')
  })
})

describe('copies', () => {
  const addresses = (tree: Tree): string[] => [...(render(tree).documents[0]?.content ?? '').matchAll(/^ "([^"]+)":$/gm)].map(m => m[1]!)

  it('are counted, and named by their keys', () => {
    expect(
      addresses({
        'main.tf':
          'resource "aws_sqs_queue" "n" { count = 2 }\nresource "aws_sqs_queue" "k" { for_each = toset(["a b"]) }\nresource "aws_sqs_queue" "none" { count = 0 }',
      }),
    ).toEqual(['aws_sqs_queue.k.a-b', 'aws_sqs_queue.n.0', 'aws_sqs_queue.n.1'])
  })

  it('are one where their number is not known', () => {
    expect(addresses({ 'main.tf': 'variable "n" {}\nresource "aws_sqs_queue" "q" { count = var.n }' })).toEqual(['aws_sqs_queue.q'])
  })

  it('have a limit, which is told', () => {
    const tree = { 'main.tf': 'resource "aws_sqs_queue" "q" {\n  count = 100000\n}' }
    expect(addresses(tree)).toHaveLength(300)
    expect(render(tree).problems).toMatchObject([{ code: 'terraform/limit', file: 'main.tf', line: 1 }])
  })

  it('of modules hand on what they are told', () => {
    const tree = {
      'main.tf':
        'module "m" {\n  for_each = { a = "x", b = "y" }\n  source = "./m"\n  name = each.value\n}\nresource "aws_sqs_queue" "all" { name = join("+", values(module.m)[*].name) }',
      'm/main.tf': 'variable "name" {}\nresource "aws_sqs_queue" "q" { name = var.name }\noutput "name" { value = var.name }',
    }
    expect(addresses(tree)).toEqual(['aws_sqs_queue.all', 'module.m.a.aws_sqs_queue.q', 'module.m.b.aws_sqs_queue.q'])
    expect(render(tree).documents[0]!.content).toContain('"name": "x+y"')
    expect(render(tree, 'm')).toEqual({ documents: [], bases: [], problems: [] })
  })
})

describe('input that is made to hold up the run', () => {
  it.each([
    ['nested lists', `locals {\n  a = ${'['.repeat(5000)}\n}`],
    ['nested blocks', 'a {\n'.repeat(5000)],
    ['nested interpolations', `locals {\n  a = ${'"${'.repeat(3000)}`],
    ['a long chain', `locals {\n  a = ${'1+'.repeat(50_000)}1\n}`],
    ['a long path', `locals {\n  a = b${'.c'.repeat(50_000)}\n}`],
    ['unclosed texts', 'a = "\n'.repeat(20_000)],
    ['unclosed heredocs', 'a = <<EOT\n'.repeat(2000)],
  ])('%s', (_, content) => {
    expect(parseHcl(content).problems.length).toBeLessThanOrEqual(20)
    expect(() => render({ 'main.tf': content })).not.toThrow()
  })

  it('of values that grow, too', () => {
    const locals = Array.from({ length: 40 }, (_, i) => `  l${i + 1} = [local.l${i}, local.l${i}]`).join('\n')
    const tree = { 'main.tf': `locals {\n  l0 = "x"\n${locals}\n}\nresource "aws_sqs_queue" "q" {\n  name = jsonencode(local.l40)\n}` }
    expect(() => render(tree)).not.toThrow()
  })
})
