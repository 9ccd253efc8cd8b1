import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseYaml } from '../yaml.ts'
import { Rendering } from './evaluate.ts'
import { functions } from './functions.ts'
import { TemplateError } from './lexer.ts'
import { parseTemplate } from './parser.ts'
import { fromData, type GoMap, type GoValue, isSame } from './values.ts'

const rendered = (source: string, values = '', steps = 100_000): string => {
  const { main, defines } = parseTemplate(source, 'a.yaml')
  const dot: GoMap = new Map([['Values', fromData(parseYaml(values, 'data').documents[0]) ?? new Map()]])
  const all = { ...functions, include: ([name, inner]: GoValue[], r: Rendering) => r.include(String(name), inner) }
  return new Rendering(all, defines, { steps, characters: 1_000_000 }).render(main, dot).content
}

const failure = (source: string, values = '', steps = 100_000): string => {
  try {
    return `gives ${rendered(source, values, steps).slice(0, 50)}`
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
}

describe('blanks', () => {
  it('are trimmed where a marker says so', () => {
    expect(rendered('a \n {{- 1 -}} \n b')).toBe('a1b')
    expect(rendered('a {{ 1 }} b')).toBe('a 1 b')
    expect(rendered('a {{- /* no */ -}} b')).toBe('ab')
    expect(rendered('{{ -1 }}')).toBe('-1')
  })
})

describe('actions', () => {
  it.each([
    ['{{ if .Values.a }}y{{ else if .Values.b }}z{{ else }}n{{ end }}', 'b: 1', 'z'],
    ['{{ with .Values.a }}{{ .b }}{{ else }}n{{ end }}', 'a: {b: 2}', '2'],
    ['{{ range $k, $v := .Values }}{{ $k }}={{ $v }};{{ end }}', 'b: 2\na: x', 'a=x;b=2;'],
    ['{{ range .Values.l }}{{ if eq . 2.0 }}{{ continue }}{{ end }}{{ . }}{{ else }}none{{ end }}', 'l: [1, 2, 3]', '13'],
    ['{{ range .Values.l }}x{{ else }}none{{ end }}', 'l: []', 'none'],
    ['{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}', '', '2'],
    ['{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}', '', '1'],
    ['{{ define "n" }}<{{ . }}>{{ end }}{{ template "n" 3 }}{{ include "n" 4 | upper }}', '', '<3><4>'],
    ['{{ block "n" .Values.a }}[{{ . }}]{{ end }}', 'a: 5', '[5]'],
    ['{{ (.Values.none).deeper.still }}', '', ''],
    ['{{ .Values.none }}', '', ''],
    ['{{ or .Values.none "x" }}{{ and 1 0 | toString }}', '', 'x0'],
  ])('%s', (source, values, expected) => expect(rendered(source, values)).toBe(expected))

  it('fail where Go fails', () => {
    expect(failure('{{ .Values.none.deeper }}')).toMatch(/nil pointer/)
    expect(failure('{{ if }}x{{ end }}')).toMatch(/nothing to evaluate/)
    expect(failure('{{ $x }}')).toMatch(/not declared/)
    expect(failure('{{ 1 2 }}')).toMatch(/no arguments/)
    expect(failure('{{ end }}')).toMatch(/without a beginning/)
  })
})

describe('functions', () => {
  it.each([
    ['{{ printf "%s-%d|%5.1f|%q|%v|%03d|%-3s|" "a" 2 1.26 "q" .Values.l 7 "x" }}', 'l: [a, {b: 1}]', 'a-2|  1.3|"q"|[a map[b:1]]|007|x  |'],
    ['{{ dig "a" "b" "none" .Values }}{{ dig "a" "c" "none" .Values }}', 'a: {b: 1}', '1none'],
    ['{{ mergeOverwrite (dict "a" 1 "b" 1) (dict "a" 2) | toJson }}', '', '{"a":2,"b":1}'],
    ['{{ merge (dict "a" (dict "x" 1)) (dict "a" (dict "x" 2 "y" 2)) | toJson }}', '', '{"a":{"x":1,"y":2}}'],
    ['{{ trunc -3 "abcdef" }}{{ trunc 2 "abcdef" }}{{ trimSuffix "-" "a-" }}', '', 'defaba'],
    ['{{ "a,b" | splitList "," | join "+" }}{{ (split "." "x.y")._1 }}', '', 'a+by'],
    ['{{ regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W" }}', '', '-W-xxW-'],
    [
      '{{ semverCompare "^1.2.0" "1.9.1" }}{{ semverCompare ">=1.21-0" "v1.31.0-gke.1" }}{{ semverCompare "~1.2" "1.3.0" }}',
      '',
      'truetruefalse',
    ],
    ['{{ "x" | b64enc | b64dec | quote | squote }}', '', `'"x"'`],
    ['{{ tuple 1 2 3 | rest | toJson }}{{ until 3 | toJson }}{{ add 1 2 3 }}{{ div 7 2 }}', '', '[2,3][0,1,2]63'],
    ['{{ "a: [1, {b: c}]" | fromYaml | toJson }}', '', '{"a":[1,{"b":"c"}]}'],
    ['{{ "x: [" | fromYaml | hasKey "Error" | not }}', '', 'a string where a map is expected'],
    ['{{ lookup "v1" "Secret" "" "" | len }}{{ randAlphaNum 5 }}', '', '0known-when-released'],
    ['{{ kindOf .Values.a }} {{ kindOf 1 }} {{ kindIs "map" .Values }}', 'a: 1', 'float64 int true'],
    ['{{ .Values.big }} {{ int .Values.big }}', 'big: 100000', '100000 100000'],
  ])('%s', (source, values, expected) => {
    const out = failure(source, values)
    expect(out.startsWith('gives ') ? rendered(source, values) : out).toBe(expected)
  })
})

describe('limits', () => {
  it.each([
    ['{{ range until 100000 }}{{ range until 100000 }}x{{ end }}{{ end }}', /too many steps/],
    ['{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}', /without end/],
    ['{{ $s := "xxxxxxxxxx" }}{{ range until 40 }}{{ $s = cat $s $s }}{{ end }}{{ $s }}', /too/],
    ['{{ repeat 999999 "xxxx" }}', /too long/],
    [`{{ regexMatch "(a|aa)+$" (repeat 5000 "a") }}`, /too long/],
    [`{{ regexMatch "a*a*a*a*a*$" (repeat 5000 "a") }}`, /too long/],
    ['{{ if true }}'.repeat(200), /too deep/],
    [`{{ ${'('.repeat(5000)} }}`, /too deep/],
  ])('%.60s', (source, message) => expect(failure(source)).toMatch(message))
})

describe('laws', () => {
  it('any text is rendered or refused, never more', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{{-',
      '-}}',
      ' ',
      '\n',
      'if',
      'end',
      'range',
      '$x',
      ':=',
      '.Values',
      '.a',
      '|',
      '(',
      ')',
      '"t"',
      'quote',
      'nindent 4',
      'x',
      '1',
      'dict',
      'else',
      'with',
      '/*',
      '*/',
      '`',
      'define "d"',
      'include "d" .',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        failure(pieces.join(' '), 'a: {b: [1, 2]}', 5000)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['--level=info', '--level=info'],
    ['office:8080', 'office:8080'],
    ['10:20', '"10:20"'],
    ['1.5', '"1.5"'],
    ['yes', '"yes"'],
    ['', '""'],
    ['2026-01-02', '"2026-01-02"'],
    ['* * * * *', "'* * * * *'"],
    ["{{ it's }}", "'{{ it''s }}'"],
    ['a: b', "'a: b'"],
    ['tab\there', '"tab\\there"'],
  ])('%j is quoted as Go’s writer does: %s', (value, written) => {
    expect(functions.toYaml!([value], undefined as never)).toBe(written)
  })

  it('YAML that is written is read as it was', () => {
    const value: fc.Memo<GoValue> = fc.memo(depth =>
      depth <= 1
        ? fc.oneof(
            fc.string(),
            fc.boolean(),
            fc.integer(),
            fc.constantFrom('yes', '1.0', '- a', 'a: b', 'x\ny\n', '#c', 'null', '5m', '0o7', '"'),
          )
        : fc.oneof(
            fc.array(value(depth - 1), { maxLength: 3 }),
            fc.dictionary(fc.string({ minLength: 1 }), value(depth - 1), { maxKeys: 3 }).map(d => new Map(Object.entries(d))),
            value(1),
          ),
    )
    fc.assert(
      fc.property(value(3), v => {
        const written = functions.toYaml!([v], undefined as never) as string
        expect(isSame(fromData(parseYaml(`${written}\n`, 'data').documents[0]), v), written).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
