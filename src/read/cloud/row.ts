/**
 * What a resource is for the map. Things of one role are read alike, whatever their provider and language call them:
 * - what runs: `function`, `service`, `job`, `task` (what services and jobs run), `workflow`;
 * - what holds data: `store` (its kind and engine are what the row `says`), `parameter` (a value under a name), `repository` (of images);
 * - what may use what: `access` (from, to);
 * - what starts what: `subscription` (from, to), `schedule`, `bus-rule` and `bus-target`, `notification` (of a bucket), `destination`;
 * - ways in: `api` with `api-path`, `api-method`, `api-integration`, `api-route`, `api-target`, `api-domain`; `balancer` with `listener`, `listener-rule`, `target-group`,
 *   `attachment`; `distribution`; `name-record`;
 * - names: `discovery` and `namespace`;
 * - entries of a mesh's configuration: `mesh-entry`, which the mesh's own reader takes from the document.
 */
export type Role =
  | ('function' | 'service' | 'job' | 'task' | 'workflow')
  | ('store' | 'parameter' | 'repository' | 'archive')
  | 'access'
  | ('subscription' | 'schedule' | 'bus-rule' | 'bus-target' | 'notification' | 'destination')
  | ('api' | 'api-path' | 'api-method' | 'api-integration' | 'api-route' | 'api-target' | 'api-domain')
  | ('balancer' | 'listener' | 'listener-rule' | 'target-group' | 'attachment' | 'distribution' | 'name-record')
  | ('discovery' | 'namespace' | 'mesh-entry')

/** One line of a provider's table: types that mean the same, and where their properties say it. */
export interface CloudRow {
  /** Every spelling of the type, separated by blanks: `aws_sqs_queue AWS::SQS::Queue`. Case does not count. */
  types: string
  role: Role
  /**
   * Where each field of the role stands: members with dots, in snake case however the document spells them, lists passed through;
   * alternatives separated by blanks, the first that is there counts.
   */
  at?: Record<string, string>
  /** Fields that the type alone says. */
  says?: Record<string, string>
  /** Attributes that carry what a field says: `repository_url` is the name. */
  attributes?: Record<string, string>
}
