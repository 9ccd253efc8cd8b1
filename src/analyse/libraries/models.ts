import type { LibraryRow, Place } from '../rows.ts'

/** Calls of a hosted model: through a client whose address may be given, or is the provider's own. */
const model = (language: string, path: string, given: Place, otherwise?: string): LibraryRow => ({
  ...{ language, when: 'call', path },
  gives: {
    ...{ effect: 'call', protocol: 'http', method: '"POST"' },
    target: [...(typeof given === 'string' ? [given] : given), ...(otherwise === undefined ? [] : [`"${otherwise}"`])],
  },
})

const calls = '{create,parse,stream,generate,edit,transcribe,list,invoke,ainvoke}'

/** Clients of hosted language models. */
export const modelRows: LibraryRow[] = [
  model('python', `openai.{OpenAI,AsyncOpenAI}.*.${calls}`, 'base:base_url=', 'https://api.openai.com'),
  model('python', `openai.{AzureOpenAI,AsyncAzureOpenAI}.*.${calls}`, ['base:azure_endpoint=', 'base:base_url=']),
  model('python', `anthropic.{Anthropic,AsyncAnthropic}.*.${calls}`, 'base:base_url=', 'https://api.anthropic.com'),
  model('javascript', `openai{.OpenAI,}.*.${calls}`, 'base:0.baseURL', 'https://api.openai.com'),
  model('javascript', `openai.AzureOpenAI.*.${calls}`, 'base:0.endpoint'),
  model('javascript', `@anthropic-ai/sdk{.Anthropic,}.*.${calls}`, 'base:0.baseURL', 'https://api.anthropic.com'),
]
