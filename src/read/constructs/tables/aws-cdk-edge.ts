import type { ConstructTable } from '../row.ts'

const balancers = 'aws_elasticloadbalancingv2.ApplicationLoadBalancer aws_elasticloadbalancingv2.NetworkLoadBalancer'
const method = {
  rest_api_id: 'root',
  resource_id: 'base',
  http_method: '.httpMethod | 0',
  'integration.uri': '1 | .integration | .target | default(root)',
}

/** Ways in: APIs, load balancers, distributions. */
export const cdkEdge: ConstructTable = {
  classes: [
    {
      classes: 'aws_apigateway.RestApi aws_apigateway.SpecRestApi',
      type: 'AWS::ApiGatewayV2::Api',
      properties: { name: '.restApiName', target: '.none' },
    },
    {
      classes: 'aws_apigateway.LambdaRestApi aws_apigateway.StepFunctionsRestApi',
      type: 'AWS::ApiGatewayV2::Api',
      properties: { name: '.restApiName', target: 'unless(.proxy, .handler) | .stateMachine' },
    },
    {
      classes: 'aws_apigatewayv2.HttpApi aws_apigatewayv2.WebSocketApi',
      type: 'AWS::ApiGatewayV2::Api',
      properties: { name: '.apiName', target: '.defaultIntegration' },
      also: ['connect', 'disconnect', 'default'].map(name => ({
        name,
        type: 'AWS::ApiGatewayV2::Route',
        properties: { api_id: 'self', route_key: `"$${name}"`, target: `.${name}RouteOptions.integration` },
        where: `.${name}RouteOptions.integration`,
      })),
    },
    {
      classes: 'aws_apigatewayv2.HttpRoute',
      type: 'AWS::ApiGatewayV2::Route',
      properties: { api_id: '.httpApi', path: '.routeKey.0', target: '.integration' },
    },
    {
      classes: 'aws_apigateway.Resource',
      type: 'AWS::ApiGateway::Resource',
      properties: { rest_api_id: 'root(.parent)', parent_id: '.parent', path_part: '.pathPart' },
    },
    {
      classes: 'aws_apigateway.Method',
      type: 'AWS::ApiGateway::Method',
      properties: {
        rest_api_id: 'root(.resource)',
        resource_id: '.resource',
        http_method: '.httpMethod',
        'integration.uri': '.integration',
      },
    },
    { classes: 'aws_appsync.GraphqlApi', type: 'AWS::AppSync::GraphQLApi' },
    {
      classes: 'aws_appsync.LambdaDataSource aws_appsync.DynamoDbDataSource',
      type: 'AWS::AppSync::DataSource',
      properties: { api_id: '.api', 'lambda_config.function_arn': '.lambdaFunction | .table' },
    },
    {
      classes: balancers,
      type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      properties: { name: '.loadBalancerName', scheme: 'choice(.internetFacing, internet-facing, internal)' },
    },
    {
      classes: 'aws_elasticloadbalancingv2.ApplicationListener aws_elasticloadbalancingv2.NetworkListener',
      type: 'AWS::ElasticLoadBalancingV2::Listener',
      properties: {
        load_balancer_arn: '.loadBalancer',
        'default_actions.target_group_arn': '.defaultTargetGroups | forwarded(.defaultAction)',
      },
    },
    {
      classes: 'aws_elasticloadbalancingv2.ApplicationListenerRule',
      type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
      properties: {
        listener_arn: '.listener',
        'actions.target_group_arn': '.targetGroups | forwarded(.action)',
        'condition.path_pattern.values': 'paths(.conditions) | .pathPattern | .pathPatterns',
        'condition.host_header.values': 'hosts(.conditions) | .hostHeader',
      },
    },
    {
      classes: 'aws_elasticloadbalancingv2.ApplicationTargetGroup aws_elasticloadbalancingv2.NetworkTargetGroup',
      type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      properties: { name: '.targetGroupName', 'targets.id': '.targets' },
    },
    {
      classes: 'aws_servicediscovery.PrivateDnsNamespace aws_servicediscovery.PublicDnsNamespace aws_servicediscovery.HttpNamespace',
      type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
    },
    {
      classes: 'aws_route53.ARecord aws_route53.CnameRecord aws_route53.AaaaRecord',
      type: 'AWS::Route53::RecordSet',
      properties: { name: '.recordName', 'alias_target.dns_name': '.target | .domainName' },
    },
  ],
  methods: [
    {
      methods: 'addResource resourceForPath',
      adds: [
        { type: 'AWS::ApiGateway::Resource', properties: { rest_api_id: 'root', parent_id: 'base', path_part: '.pathPart | .path | 0' } },
      ],
    },
    { methods: 'addMethod', adds: [{ name: 'method', type: 'AWS::ApiGateway::Method', properties: method }] },
    {
      methods: 'addProxy',
      adds: [
        { type: 'AWS::ApiGateway::Resource', properties: { rest_api_id: 'root', parent_id: 'base', path_part: '"{proxy+}"' } },
        {
          name: 'method',
          type: 'AWS::ApiGateway::Method',
          properties: {
            rest_api_id: 'root',
            resource_id: 'self',
            http_method: '"ANY"',
            'integration.uri': '.defaultIntegration | default(root)',
          },
        },
      ],
    },
    {
      methods: 'addRoutes',
      adds: [
        {
          name: 'routes',
          type: 'AWS::ApiGatewayV2::Route',
          properties: { api_id: 'base', path: '.path', method: '.methods', target: '.integration' },
        },
      ],
    },
    {
      methods: 'addRoute',
      of: 'aws_apigatewayv2.WebSocketApi',
      adds: [{ name: 'route', type: 'AWS::ApiGatewayV2::Route', properties: { api_id: 'base', route_key: '0', target: '.integration' } }],
    },
    {
      methods: 'addLambdaDataSource addDynamoDbDataSource',
      adds: [{ name: 'source', type: 'AWS::AppSync::DataSource', properties: { api_id: 'base', 'lambda_config.function_arn': '1' } }],
    },
    {
      methods: 'addListener',
      of: balancers,
      adds: [
        {
          type: 'AWS::ElasticLoadBalancingV2::Listener',
          properties: {
            load_balancer_arn: 'base',
            port: '.port',
            'default_actions.target_group_arn': '.defaultTargetGroups | forwarded(.defaultAction)',
          },
        },
      ],
    },
    {
      methods: 'addTargets addTargetGroups',
      adds: [
        { type: 'AWS::ElasticLoadBalancingV2::TargetGroup', properties: { 'targets.id': '.targets' }, where: '.targets' },
        {
          name: 'rule',
          type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
          properties: {
            listener_arn: 'base',
            'actions.target_group_arn': '.targetGroups | self',
            'condition.path_pattern.values': 'paths(.conditions) | .pathPattern | .pathPatterns',
            'condition.host_header.values': 'hosts(.conditions) | .hostHeader',
          },
        },
      ],
    },
    {
      methods: 'addAction',
      of: 'aws_elasticloadbalancingv2.ApplicationListener aws_elasticloadbalancingv2.ApplicationLoadBalancer',
      adds: [
        {
          type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
          properties: {
            listener_arn: 'base',
            'actions.target_group_arn': 'forwarded(.action)',
            'condition.path_pattern.values': 'paths(.conditions)',
            'condition.host_header.values': 'hosts(.conditions)',
          },
        },
      ],
    },
    {
      methods: 'attachToApplicationTargetGroup attachToNetworkTargetGroup',
      adds: [{ name: 'attached', type: 'aws_lb_target_group_attachment', properties: { target_group_arn: '0', target_id: 'base' } }],
    },
    {
      methods: 'addTarget',
      of: 'aws_elasticloadbalancingv2.ApplicationTargetGroup aws_elasticloadbalancingv2.NetworkTargetGroup',
      adds: [{ name: 'attached', type: 'aws_lb_target_group_attachment', properties: { target_group_arn: 'base', target_id: '0' } }],
    },
  ],
  wrappers: [
    {
      classes:
        'aws_apigateway.LambdaIntegration aws_apigateway.StepFunctionsIntegration aws_elasticloadbalancingv2_targets.LambdaTarget aws_elasticloadbalancingv2_targets.AlbTarget aws_elasticloadbalancingv2_targets.AlbArnTarget aws_route53_targets.LoadBalancerTarget aws_route53_targets.ApiGateway aws_route53_targets.CloudFrontTarget aws_route53_targets.ApiGatewayv2DomainProperties aws_apigateway.HttpIntegration aws_apigateway.SagemakerIntegration',
      is: '0',
    },
    {
      classes:
        'aws_apigatewayv2_integrations.HttpLambdaIntegration aws_apigatewayv2_integrations.WebSocketLambdaIntegration aws_apigatewayv2_integrations.HttpUrlIntegration aws_apigatewayv2_integrations.HttpAlbIntegration aws_apigatewayv2_integrations.HttpNlbIntegration aws_apigatewayv2_integrations.HttpStepFunctionsIntegration aws_apigatewayv2_integrations.HttpServiceDiscoveryIntegration aws_apigatewayv2_integrations.HttpSqsIntegration',
      is: '1 | .handler | .url | .listener | .stateMachine | .service | .queue',
    },
    { classes: 'aws_apigateway.AwsIntegration', is: '.path | .action' },
    { classes: 'aws_apigateway.Integration', is: '.uri' },
    {
      classes: 'aws_apigatewayv2_integrations.LambdaProxyIntegration aws_apigatewayv2_integrations.LambdaWebSocketIntegration',
      is: '.handler',
    },
    {
      classes:
        'aws_cloudfront_origins.S3Origin aws_cloudfront_origins.HttpOrigin aws_cloudfront_origins.RestApiOrigin aws_cloudfront_origins.LoadBalancerV2Origin aws_cloudfront_origins.FunctionUrlOrigin aws_cloudfront_origins.S3BucketOrigin aws_cloudfront_origins.S3StaticWebsiteOrigin',
      is: '0',
    },
  ],
}
