import type { FileProblem } from '../../model/evidence.ts'
import type { ProgramFacts } from '../../model/program.ts'
import type { FileFacts } from '../../model/scan.ts'
import { parse, type SyntaxTree } from '../syntax/treesitter.ts'
import { expressions } from './expressions.ts'
import { generatedHeader } from './generated.ts'
import { type LanguageSpec, Lowering } from './lowering.ts'
import { statements } from './statements.ts'

/**
 * Lowers one source file to program facts: one walk over its syntax tree, driven by the language's spec.
 *
 * How things are written in the facts, beyond what src/model/program.ts says:
 *
 * Expressions
 * - numbers and booleans are `text` ('8080', 'true'); null, nil, None are `unknown('null')`, which is no value in an `or`;
 * - `this`, `self`, `base`, `super` are refs of that name; a C# `base(…)`/`this(…)` initialiser and Java's `super(…)` are calls of ref
 *   `base`, `super` or `this`;
 * - `+` is always `concat`; other arithmetic and comparisons are `unknown('operator -')`, their operands go to `reads`;
 * - `a && b` is b (a goes to `reads`); `x ? x : y` is `or`, other conditionals are `either` (the test goes to `reads` or `cases`);
 * - Python's `text % (a, b)` is a call of `member(text, '%')` with args a, b; a template or f-string is `concat`, without the holes' formats;
 * - Go's `*p`, read or assigned, is `index(p, text '*')`; `&x` is `addressOf(x)`; `<-ch` is `elementOf(ch)`, and `ch <- v` binds
 *   `elementOf(ch) = v`; a slice `a[1:2]` is a itself; a type assertion, a cast, `await`, `x!` are the operand itself;
 * - a conversion `T(x)` of a Go type is a call of T, as any call; `[]byte(x)` is x itself;
 * - a method reference `X::m` is `member(X, 'm')`; `X.class`, `typeof(X)` are `member(X, 'class')`; `nameof(X)` is text;
 * - a tagged template and a JSX element are calls: of the tag, with the attributes as `named` and the children as args;
 * - `++` and `--` are not lowered; `x += v` binds x to `concat(x, v)` (to v itself if that is a lambda: an event's handler), `x ??= v` and `x ||= v` to `or(x, v)`.
 *
 * Calls
 * - a composite literal or `new` has `isNew`; its type is the callee as ref or member chain, type arguments are in `typeArgs`;
 *   `T{a, b}` has args, `T{A: a}` and `new T { A = a }` have `init` with keys as `text`, an index initialiser has the key as written,
 *   a collection initialiser has `unknown('element')` as keys;
 * - Go's `make(map[K]V)` has the type as its type argument; a literal of a struct without a name is a `map` by field names;
 * - literals of slices and arrays are `list`, of maps `map`; JavaScript objects and Python dicts are `map`, a spread is an entry
 *   with both key and value `spread`;
 * - a Java or C# anonymous class is a type of its own and its `new` calls that type's name, `Super$line`.
 *
 * Functions and types
 * - `functions[0]` is `<module>`, lambdas are `<lambda>`; field initialisers are in `FieldFact.value` only, the calls in them belong to
 *   the function `<init>` of their type, which also has the type's initialiser blocks and is absent where nothing needs it;
 * - constructors are named as the language names them (`constructor`, `__init__`, else as the type) and have `isConstructor: true`;
 *   the parameters of a record or primary constructor are parameters of such a constructor, and fields (`field: true`);
 * - a property with code has a function of its name for the getter and `set_<name>` for the setter, besides its field;
 * - a function declared inside another has its name and `outer`; names are bound in no other way;
 * - a destructured parameter is named `$<position>` and bound part by part in the function;
 * - several results are returned as a `list`, bound as `nth`; Go's comma-ok of a non-call binds the first name to the expression itself;
 * - a Go method's owner is the index where the file declares the type, else its written name; embedded types are `supers`.
 *
 * Imports: Python's `import a.b` gives two facts, local `a` of path `a` and local `a.b` of path `a.b`; `from x import *` has local `*`.
 * A JavaScript default import has name `default`; `import x = require('m')`, `const x = require('m')`, `const { a } = require('m')` are import
 * facts only; a bare `import 'm'`, an inner `require('m')` or `import('m')` (calls, too) have local ''. What a module exports: its
 * module-level names, and binds of `exports.<name>` or `module.exports` (`export { a as b }`, `export default x` are such binds);
 * `export * from 'm'` is a star import; `export { a } from 'm'` imports a as local `export:a` and binds `exports.a` to that ref.
 *
 * A generator's `yield x` is a return of x; `**kw` is a `rest` parameter of type dict, in calls a `spread` among the args.
 *
 * Kotlin: what the members of a class with constructor parameters start with is bound in that constructor, which sees the parameters;
 * members of a companion are static members of its class; `f(a) { … }` is one call with the lambda as its last argument; `x.also { … }`
 * and `x.apply { … }` are x, `x.let { … }` is a call of the lambda.
 *
 * Rust: `x?`, `x.unwrap()`, `x.clone()`, `Ok(x)`, `Arc::new(x)` and the like are x, `x.unwrap_or(y)` is an `or`; paths are member chains,
 * those that start with `crate`, `self` or `super` have import facts for each of their beginnings. Ruby: `x.y` is a call, also without
 * arguments; `X.new` has `isNew`; `@x` is a member of self. PHP: variables keep their `$`, but `$this`.
 *
 * C#: `using N` is a star import, `using static T` has local `.`; the `this` of an extension method's first parameter is an annotation of
 * that name; `out var x` is `addressOf(x)`; `new(…)` has the declared type of its place, else `unknown('inferred type')`.
 *
 * Broken source: what a node with a syntax error says of itself (a bind, a field's value) is left out, what stands whole inside it counts.
 * Generated code: of stubs made from a contract (unit.generated) bodies are left out, so signatures only.
 *
 * Types: `[]` (slice, array), `map`, `func`, `chan`, `()` (several results), `|` (union), `&` (intersection) are TypeRefs of that name with args; pointers,
 * nullable marks and `| undefined` are dropped (a field is then `optional`).
 *
 * Binds: a declaration without a value binds `unknown('no value')` if it has a type, so that locals keep theirs. For-each binds
 * `elementOf`; with a key too, the key is `unknown('key')`; Go's single range variable is `elementOf` (true for channels).
 *
 * Cases: labels of switch, match and type switches (there the value is the type as ref or member chain, also of `is` and
 * `instanceof`), and `==`/`!=` with a text or a constant-like name. What stands in `of` is not repeated in `reads`.
 */
export const lower = async (spec: LanguageSpec, path: string, content: string): Promise<FileFacts> => {
  const source = normalised(content)
  const tree = await parse(spec.grammar(path), source)
  if (tree === undefined) return { problems: [tooLarge(spec)] }
  const lowering = new Lowering(spec, { ...expressions, ...statements }, source, tree.lines)
  lowering.hasErrors = tree.errors.length > 0
  const generated = generatedHeader(source)
  lowering.signaturesOnly = generated !== undefined && isFromContract(generated)
  lowering.statement(tree.root)
  const program: ProgramFacts = lowering.finish(generated)
  return { program, problems: [...syntaxProblems(spec, tree), ...lowering.problems] }
}

/** Line ends and the byte order mark make no difference to the facts. */
export const normalised = (content: string): string => {
  const text = content.charCodeAt(0) === 0xfeff ? content.slice(1) : content
  return text.includes('\r') ? text.replace(/\r\n/g, '\n') : text
}

/** Stubs say nothing that their contract does not say; other generated code (dependency injection, queries) is code as any. */
const isFromContract = (generated: { by?: string; from?: string }): boolean =>
  /\.(proto|thrift|graphql|ya?ml|json|avsc)$/.test(generated.from ?? '') || /protoc|protobuf|grpc|thrift/i.test(generated.by ?? '')

const tooLarge = (spec: LanguageSpec): FileProblem => ({
  code: `syntax/${spec.language}`,
  message: 'the file is too large or too hard to parse; nothing of it is known',
  severity: 'error',
  line: 1,
})

const syntaxProblems = (spec: LanguageSpec, tree: SyntaxTree): FileProblem[] => {
  const first = tree.errors[0]
  if (first === undefined) return []
  const what = first.missing === undefined ? 'cannot be read as' : `misses "${first.missing}" for`
  const more = tree.errors.length > 1 ? `, nor in ${tree.errors.length - 1} more places` : ''
  return [
    {
      code: `syntax/${spec.language}`,
      message: `this line ${what} ${spec.language}${more}; the rest of the file counts`,
      severity: 'warning',
      line: first.line,
    },
  ]
}
