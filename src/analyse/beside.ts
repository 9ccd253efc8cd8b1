/** What libraries tell of an HTTP response beside its body. */
const beside =
  /^(status|statusCode|status_code|StatusCode|statusText|ok|headers?|Header|Headers|cookies|reason|url|elapsed|[cC]lose|raise_for_status|IsSuccessStatusCode|EnsureSuccessStatusCode|getStatusCode|getHeaders|Request|request|config|history)$/

/** Whether a member of a response tells something else than its body. */
export const isBesideBody = (name: string): boolean => beside.test(name)
