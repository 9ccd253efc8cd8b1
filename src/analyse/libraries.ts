import { cloudRows } from './libraries/cloud.ts'
import { concurrencyRows } from './libraries/concurrency.ts'
import { cppRows } from './libraries/cpp.ts'
import { csharpRows } from './libraries/csharp.ts'
import { csharpChannelRows } from './libraries/csharp-channels.ts'
import { csharpHostRows } from './libraries/csharp-hosts.ts'
import { elixirRows } from './libraries/elixir.ts'
import { goRows } from './libraries/go.ts'
import { goChannelRows } from './libraries/go-channels.ts'
import { goFrameworkRows } from './libraries/go-frameworks.ts'
import { graphqlRows } from './libraries/graphql.ts'
import { infrastructureRows } from './libraries/infrastructure.ts'
import { javaRows } from './libraries/java.ts'
import { javascriptRows } from './libraries/javascript.ts'
import { javascriptChannelRows } from './libraries/javascript-channels.ts'
import { kotlinRows } from './libraries/kotlin.ts'
import { luaRows } from './libraries/lua.ts'
import { modelRows } from './libraries/models.ts'
import { nestRows } from './libraries/nest.ts'
import { phpRows } from './libraries/php.ts'
import { pythonRows } from './libraries/python.ts'
import { pythonChannelRows } from './libraries/python-channels.ts'
import { renderingRows } from './libraries/rendering.ts'
import { routerRows } from './libraries/routers.ts'
import { rubyRows } from './libraries/ruby.ts'
import { rustRows } from './libraries/rust.ts'
import { transportRows } from './libraries/transports.ts'
import type { LibraryRow } from './rows.ts'

/** The built-in tables. Rows of the user go before them. */
export const libraryRows: readonly LibraryRow[] = [
  ...cloudRows,
  ...concurrencyRows,
  ...renderingRows,
  ...transportRows,
  ...graphqlRows,
  ...routerRows,
  ...goFrameworkRows,
  ...modelRows,
  ...goRows,
  ...goChannelRows,
  ...pythonRows,
  ...pythonChannelRows,
  ...javascriptRows,
  ...javascriptChannelRows,
  ...nestRows,
  ...javaRows,
  ...csharpRows,
  ...csharpChannelRows,
  ...csharpHostRows,
  ...elixirRows,
  ...cppRows,
  ...luaRows,
  ...phpRows,
  ...rubyRows,
  ...rustRows,
  ...kotlinRows,
  ...infrastructureRows,
]
