import type { CloudRow } from '../row.ts'

const store = (kind: string, engine: string, types: string, name: string, at: Record<string, string> = {}): CloudRow => ({
  types,
  role: 'store',
  at: { name, ...at },
  says: { kind, engine },
})

/** Microsoft Azure. Names of types and properties are the providers' own. */
export const azureRows: CloudRow[] = [
  {
    types: 'azurerm_container_app',
    role: 'service',
    at: {
      name: 'name',
      containers: 'template.container',
      ports: 'ingress.target_port',
      external: 'ingress.external_enabled',
      dapr: 'dapr.app_id',
    },
  },
  { types: 'azurerm_container_app_job', role: 'job', at: { name: 'name', containers: 'template.container' } },
  { types: 'azurerm_container_group', role: 'service', at: { name: 'name', containers: 'container' } },
  {
    types: 'azurerm_linux_web_app azurerm_windows_web_app azurerm_app_service',
    role: 'service',
    at: { name: 'name', env: 'app_settings', image: 'site_config.application_stack.docker_image_name site_config.linux_fx_version' },
    says: { exposed: 'true' },
  },
  {
    types: 'azurerm_linux_function_app azurerm_windows_function_app azurerm_function_app azurerm_function_app_flex_consumption',
    role: 'function',
    at: { name: 'name', env: 'app_settings', source: 'zip_deploy_file' },
  },
  { types: 'azurerm_container_registry', role: 'repository', at: { name: 'name' } },
  store('database', 'postgres', 'azurerm_postgresql_flexible_server azurerm_postgresql_server azurerm_cosmosdb_postgresql_cluster', 'name'),
  store('database', 'mysql', 'azurerm_mysql_flexible_server azurerm_mysql_server azurerm_mariadb_server', 'name'),
  store('database', 'sqlserver', 'azurerm_mssql_server azurerm_sql_server azurerm_mssql_managed_instance', 'name'),
  store('database', 'cosmosdb', 'azurerm_cosmosdb_account', 'name'),
  store('cache', 'redis', 'azurerm_redis_cache azurerm_redis_enterprise_cluster azurerm_managed_redis', 'name'),
  store('bucket', 'blob', 'azurerm_storage_account', 'name'),
  store('broker', 'servicebus', 'azurerm_servicebus_namespace', 'name'),
  store('queue', 'servicebus', 'azurerm_servicebus_queue', 'name'),
  store('topic', 'servicebus', 'azurerm_servicebus_topic', 'name'),
  store('topic', 'eventhub', 'azurerm_eventhub', 'name'),
  store('topic', 'eventgrid', 'azurerm_eventgrid_topic azurerm_eventgrid_domain azurerm_eventgrid_system_topic', 'name'),
  store('queue', 'storagequeue', 'azurerm_storage_queue', 'name'),
  store('secret-store', 'keyvault', 'azurerm_key_vault', 'name'),
  { types: 'azurerm_key_vault_secret', role: 'parameter', at: { name: 'name', value: 'value' }, attributes: { value: 'value' } },
  { types: 'azurerm_app_configuration_key', role: 'parameter', at: { name: 'key', value: 'value' }, attributes: { value: 'value' } },
  { types: 'azurerm_servicebus_subscription', role: 'subscription', at: { name: 'name', from: 'topic_id', to: 'forward_to' } },
  {
    types: 'azurerm_eventgrid_event_subscription azurerm_eventgrid_system_topic_event_subscription',
    role: 'subscription',
    at: {
      from: 'scope system_topic',
      to: 'azure_function_endpoint.function_id webhook_endpoint.url service_bus_queue_endpoint_id eventhub_endpoint_id',
    },
  },
  { types: 'azurerm_api_management', role: 'api', at: { name: 'name' } },
  { types: 'azurerm_api_management_api', role: 'api-target', at: { api: 'api_management_name', uri: 'service_url', path: 'path' } },
]
