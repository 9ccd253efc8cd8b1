import { kid, type Term } from './terms.ts'

/** Calls that write a message into text or bytes. */
export const writes =
  /(^|[./])(stringify|dumps|Marshal|MarshalIndent|Encode|Serialize|SerializeObject|SerializeToUtf8Bytes|SerializeAsync|writeValueAsString|writeValueAsBytes|toJson|to_json|to_vec|to_string|json_encode|encodeToString|model_dump_json|dict|model_dump|generate)$/

/** Calls that put a message, written or not, into what a client takes: bodies, readers, entities. */
const carries =
  /(^|[./])(asdict|jsonable_encoder|jsonify|encode|getBytes|GetBytes|byte\[\]|NewBuffer|NewBufferString|NewReader|StringContent|ByteArrayContent|FormUrlEncodedContent|JsonContent\.Create|HttpEntity|RequestEntity|StringEntity|BodyInserters\.fromValue|BodyPublishers\.of(?:String|ByteArray)|RequestBody\.create|Entity\.(?:json|entity)|Buffer\.from|Blob|URLSearchParams|toRequestBody)$/

const places = ['0', 'body=', 'content=', 'value=', 'data=', 'obj=', 'base']

/** What a call writes down or wraps, and nothing beside it: an argument, or what a method without one was called on. */
export const contentOf = (term: Term): Term | undefined => {
  if (term.kind !== 'extcall' || !(writes.test(term.text) || carries.test(term.text))) return undefined
  for (const place of places) {
    const found = kid(term, place)
    if (found) return found
  }
  return undefined
}
