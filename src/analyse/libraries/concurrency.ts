import type { Gives, LibraryRow } from '../rows.ts'

const row = (language: string, path: string, gives: Gives): LibraryRow => ({ language, when: 'call', path, gives })

/** What is run aside gives what it would have given at once; what waits for several gives all of them. */
export const concurrencyRows: LibraryRow[] = [
  row('python', '{concurrent.futures*,multiprocessing*}.submit', { value: 'result', of: '0', args: '1…' }),
  row('python', '{concurrent.futures*,multiprocessing*}.map', { value: 'result', of: '0', over: '1' }),
  row('python', '{concurrent.futures,asyncio}.as_completed', { value: 'same', of: ['0', 'fs='] }),
  row('python', 'asyncio.to_thread', { value: 'result', of: '0', args: '1…' }),
  row('python', '{asyncio,trio,anyio}*.run_in_executor', { value: 'result', of: '1', args: '2…' }),
  row('python', 'asyncio*.{create_task,ensure_future,wait_for,shield,run,run_until_complete}', { value: 'same', of: ['0', 'coro='] }),
  row('python', 'asyncio.gather', { value: 'listed', of: '0…' }),

  row('javascript', 'Promise.{all,allSettled,race,any,resolve}', { value: 'same', of: '0' }),
  row('javascript', 'rxjs*.{forkJoin,firstValueFrom,lastValueFrom,from,of}', { value: 'same', of: '0' }),

  row('java|kotlin', '{*.,}CompletableFuture.{supplyAsync,runAsync}', { value: 'result', of: '0' }),
  row('java|kotlin', '{*.,}{Executor,ExecutorService,ScheduledExecutorService,ForkJoinPool,Executors.*}.{submit,schedule}', {
    value: 'result',
    of: '0',
  }),
  row('kotlin', '{kotlinx.coroutines.,}{async,withContext,runBlocking,coroutineScope,supervisorScope}', { value: 'result', of: '-1' }),

  row('csharp', '{*.,}Task.{Run,Factory.StartNew}', { value: 'result', of: '0' }),
  row('csharp', '{*.,}Task.{WhenAll,WhenAny}', { value: 'listed', of: '0…' }),
]
