import { csharpRows } from './libraries/csharp.ts'
import { goRows } from './libraries/go.ts'
import { javaRows } from './libraries/java.ts'
import { javascriptRows } from './libraries/javascript.ts'
import { phpRows } from './libraries/php.ts'
import { pythonRows } from './libraries/python.ts'
import { rubyRows } from './libraries/ruby.ts'
import type { LibraryRow } from './rows.ts'

/** The built-in tables. Rows of the user go before them. */
export const libraryRows: readonly LibraryRow[] = [
  ...goRows,
  ...pythonRows,
  ...javascriptRows,
  ...javaRows,
  ...csharpRows,
  ...phpRows,
  ...rubyRows,
]
