// What bench/run.mjs measures as a scan: the files of a revision read into facts, nothing kept, with the workers that pay.
import { scan } from '../src/read/scan.ts'
import { openTree } from '../src/read/tree-open.ts'

const [path, revision] = process.argv.slice(2)
const tree = await openTree(path!, revision)
const { files, coverage } = await scan(tree)
tree.close()
console.log(JSON.stringify({ files: files.length, ...coverage.files }))
