import type { CloudRow } from '../row.ts'

const meshEntry = (kind: string, name: string, types: string): CloudRow => ({ types, role: 'mesh-entry', at: { name }, says: { kind } })

/** Amazon Web Services: ways in, load balancers, names. */
export const awsEdgeRows: CloudRow[] = [
  {
    types: 'aws_api_gateway_rest_api AWS::ApiGateway::RestApi AWS::Serverless::Api',
    role: 'api',
    at: { name: 'name', body: 'body definition_body' },
  },
  {
    types: 'aws_apigatewayv2_api AWS::ApiGatewayV2::Api AWS::Serverless::HttpApi',
    role: 'api',
    at: { name: 'name', body: 'body definition_body', target: 'target' },
  },
  { types: 'aws_appsync_graphql_api AWS::AppSync::GraphQLApi', role: 'api', at: { name: 'name' }, says: { protocol: 'graphql' } },
  {
    types: 'aws_appsync_datasource AWS::AppSync::DataSource',
    role: 'api-target',
    at: {
      api: 'api_id',
      uri: 'lambda_config.function_arn lambda_config.lambda_function_arn dynamodb_config.table_name dynamo_db_config.table_name http_config.endpoint',
    },
    says: { path: '/graphql' },
  },
  {
    types: 'aws_api_gateway_resource AWS::ApiGateway::Resource',
    role: 'api-path',
    at: { api: 'rest_api_id rest_api', parent: 'parent_id', part: 'path_part' },
  },
  {
    types: 'aws_api_gateway_method AWS::ApiGateway::Method',
    role: 'api-method',
    at: { api: 'rest_api_id rest_api', path: 'resource_id', method: 'http_method', uri: 'integration.uri' },
  },
  {
    types: 'aws_api_gateway_integration',
    role: 'api-integration',
    at: { api: 'rest_api_id rest_api', path: 'resource_id', method: 'http_method', uri: 'uri', type: 'type' },
  },
  {
    types: 'aws_apigatewayv2_route AWS::ApiGatewayV2::Route',
    role: 'api-route',
    at: { api: 'api_id', key: 'route_key', path: 'path', method: 'method', target: 'target' },
  },
  {
    types: 'aws_apigatewayv2_integration AWS::ApiGatewayV2::Integration',
    role: 'api-target',
    at: {
      api: 'api_id',
      uri: 'integration_uri request_parameters.event_bus_name request_parameters.queue_url request_parameters.stream_name request_parameters.state_machine_arn',
      type: 'integration_type',
    },
  },
  {
    types: 'aws_api_gateway_domain_name aws_apigatewayv2_domain_name AWS::ApiGateway::DomainName AWS::ApiGatewayV2::DomainName',
    role: 'api-domain',
    at: { name: 'domain_name' },
  },
  {
    types: 'aws_api_gateway_base_path_mapping aws_apigatewayv2_api_mapping AWS::ApiGateway::BasePathMapping AWS::ApiGatewayV2::ApiMapping',
    role: 'api-domain',
    at: { api: 'api_id rest_api_id', domain: 'domain_name' },
  },
  {
    types:
      'aws_api_gateway_stage aws_api_gateway_deployment aws_apigatewayv2_stage AWS::ApiGateway::Stage AWS::ApiGateway::Deployment AWS::ApiGatewayV2::Stage',
    role: 'attachment',
    at: { target: 'rest_api_id rest_api api_id' },
  },

  {
    types: 'aws_lb aws_alb aws_elb AWS::ElasticLoadBalancingV2::LoadBalancer AWS::ElasticLoadBalancing::LoadBalancer',
    role: 'balancer',
    at: { name: 'name load_balancer_name', internal: 'internal', scheme: 'scheme' },
  },
  {
    types: 'aws_lb_listener aws_alb_listener AWS::ElasticLoadBalancingV2::Listener',
    role: 'listener',
    at: {
      balancer: 'load_balancer_arn',
      port: 'port',
      protocol: 'protocol',
      targets:
        'default_action.target_group_arn default_actions.target_group_arn default_action.forward.target_group.arn default_actions.forward_config.target_groups.target_group_arn',
    },
  },
  {
    types: 'aws_lb_listener_rule aws_alb_listener_rule AWS::ElasticLoadBalancingV2::ListenerRule',
    role: 'listener-rule',
    at: {
      listener: 'listener_arn',
      paths: 'condition.path_pattern.values conditions.path_pattern.values conditions.path_pattern_config.values',
      hosts: 'condition.host_header.values conditions.host_header.values conditions.host_header_config.values',
      conditions: 'condition conditions',
      targets:
        'action.target_group_arn actions.target_group_arn action.forward.target_group.arn actions.forward_config.target_groups.target_group_arn',
    },
  },
  {
    types: 'aws_lb_target_group aws_alb_target_group AWS::ElasticLoadBalancingV2::TargetGroup',
    role: 'target-group',
    at: { name: 'name', port: 'port', targets: 'targets.id' },
  },
  {
    types: 'aws_lb_target_group_attachment aws_alb_target_group_attachment',
    role: 'attachment',
    at: { group: 'target_group_arn', target: 'target_id' },
  },
  {
    types: 'aws_cloudfront_distribution AWS::CloudFront::Distribution',
    role: 'distribution',
    at: {
      aliases: 'aliases distribution_config.aliases',
      origins: 'origin distribution_config.origins',
      default: 'default_cache_behavior.target_origin_id distribution_config.default_cache_behavior.target_origin_id',
      behaviors: 'ordered_cache_behavior distribution_config.cache_behaviors',
    },
  },
  {
    types: 'aws_route53_record AWS::Route53::RecordSet',
    role: 'name-record',
    at: { name: 'name', to: 'alias.name alias_target.dns_name records resource_records' },
    attributes: { Ref: 'name', fqdn: 'name' },
  },
  {
    types: 'aws_service_discovery_service AWS::ServiceDiscovery::Service',
    role: 'discovery',
    at: { name: 'name', namespace: 'dns_config.namespace_id namespace_id' },
  },
  {
    types:
      'aws_service_discovery_private_dns_namespace aws_service_discovery_public_dns_namespace aws_service_discovery_http_namespace AWS::ServiceDiscovery::PrivateDnsNamespace AWS::ServiceDiscovery::PublicDnsNamespace AWS::ServiceDiscovery::HttpNamespace',
    role: 'namespace',
    at: { name: 'name' },
  },
  meshEntry('VirtualService', 'virtual_service_name name', 'aws_appmesh_virtual_service AWS::AppMesh::VirtualService'),
  meshEntry('VirtualRouter', 'virtual_router_name name', 'aws_appmesh_virtual_router AWS::AppMesh::VirtualRouter'),
  meshEntry('VirtualNode', 'virtual_node_name name', 'aws_appmesh_virtual_node AWS::AppMesh::VirtualNode'),
  meshEntry('Route', 'route_name name', 'aws_appmesh_route AWS::AppMesh::Route'),
]
