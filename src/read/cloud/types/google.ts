import type { CloudRow } from '../row.ts'

const store = (kind: string, engine: string, types: string, name: string, at: Record<string, string> = {}): CloudRow => ({
  types,
  role: 'store',
  at: { name, ...at },
  says: { kind, engine },
})

/** Google Cloud. Names of types and properties are the providers' own. */
export const googleRows: CloudRow[] = [
  {
    types: 'google_cloud_run_service',
    role: 'service',
    at: { name: 'name', containers: 'template.spec.containers' },
  },
  { types: 'google_cloud_run_v2_service', role: 'service', at: { name: 'name', containers: 'template.containers' } },
  { types: 'google_cloud_run_v2_job', role: 'job', at: { name: 'name', containers: 'template.template.containers' } },
  {
    types: 'google_cloudfunctions_function',
    role: 'function',
    at: {
      name: 'name',
      handler: 'entry_point',
      runtime: 'runtime',
      env: 'environment_variables',
      source: 'source_archive_object',
      event: 'event_trigger.resource',
    },
  },
  {
    types: 'google_cloudfunctions2_function',
    role: 'function',
    at: {
      name: 'name',
      handler: 'build_config.entry_point',
      runtime: 'build_config.runtime',
      env: 'service_config.environment_variables',
      source: 'build_config.source.storage_source.object',
      event: 'event_trigger.pubsub_topic event_trigger.event_filters.value',
    },
  },
  { types: 'google_storage_bucket_object', role: 'archive', at: { path: 'source' } },
  { types: 'google_artifact_registry_repository', role: 'repository', at: { name: 'repository_id' } },

  store('database', '', 'google_sql_database_instance', 'name', { engine: 'database_version' }),
  store('database', 'firestore', 'google_firestore_database', 'name'),
  store('database', 'spanner', 'google_spanner_instance', 'name'),
  store('database', 'bigtable', 'google_bigtable_instance', 'name'),
  store('database', 'bigquery', 'google_bigquery_dataset', 'dataset_id'),
  store('database', 'postgres', 'google_alloydb_cluster', 'cluster_id'),
  store('cache', 'redis', 'google_redis_instance google_redis_cluster', 'name'),
  store('cache', 'memcached', 'google_memcache_instance', 'name'),
  store('bucket', 'gcs', 'google_storage_bucket', 'name'),
  store('topic', 'pubsub', 'google_pubsub_topic', 'name'),
  store('queue', 'cloudtasks', 'google_cloud_tasks_queue', 'name'),
  store('secret-store', 'secretmanager', 'google_secret_manager_secret', 'secret_id'),
  {
    types: 'google_secret_manager_secret_version',
    role: 'parameter',
    at: { name: 'secret', value: 'secret_data' },
    attributes: { secret_data: 'value' },
  },
  {
    types: 'google_pubsub_subscription',
    role: 'subscription',
    at: { name: 'name', from: 'topic', to: 'push_config.push_endpoint' },
  },
  {
    types: 'google_eventarc_trigger',
    role: 'subscription',
    at: { from: 'transport.pubsub.topic matching_criteria.value', to: 'destination.cloud_run_service.service destination.cloud_function' },
  },
  {
    types: 'google_cloud_scheduler_job',
    role: 'schedule',
    at: { to: 'http_target.uri pubsub_target.topic_name' },
  },
  { types: 'google_storage_notification', role: 'notification', at: { from: 'bucket', topics: 'topic' } },
  {
    types: 'google_compute_region_network_endpoint_group',
    role: 'attachment',
    at: { target: 'cloud_run.service cloud_function.function' },
  },
  { types: 'google_compute_backend_service', role: 'attachment', at: { target: 'backend.group' } },
  {
    types: 'google_compute_url_map',
    role: 'api',
    at: { name: 'name', target: 'default_service', matchers: 'path_matcher', rules: 'path_matcher.path_rule' },
  },
  { types: 'google_api_gateway_api', role: 'api', at: { name: 'api_id' } },
]
