import type { Protocol } from '../../model/fragment.ts'
import type { Gives, LibraryRow, Place } from '../rows.ts'

/** What a client of a cloud does with a thing that it names: the same in every language. */
type Deed = 'dynamodb' | 's3' | 'gcs' | 'firestore' | 'blob' | 'send' | 'receive' | 'event' | 'invoke'

const PROTOCOL: Protocol = 'unknown'

const givesOf = (deed: Deed, place: Place, also: Place = []): Gives => {
  if (deed === 'send' || deed === 'receive')
    return { effect: deed === 'send' ? 'publish' : 'consume', protocol: PROTOCOL, target: 'none', topic: place }
  // An event is of a type, and goes over a bus.
  if (deed === 'event') return { effect: 'publish', protocol: PROTOCOL, target: also, topic: [...places(place), ...places(also)] }
  if (deed === 'invoke') return { effect: 'call', protocol: 'http', target: place }
  return { effect: 'store', protocol: 'http', target: place, expects: `cloud ${deed}` }
}

const places = (place: Place): readonly string[] => (typeof place === 'string' ? [place] : place)

type Written = readonly [path: string, deed: Deed, place: Place, also?: Place]

const rowsOf = (language: string, ...all: readonly Written[]): LibraryRow[] =>
  all.map(([path, deed, place, also]) => ({
    language,
    when: path.startsWith('new ') ? 'new' : path.startsWith('annotation ') ? 'annotation' : 'call',
    path: path.replace(/^(new|annotation) /, ''),
    gives: givesOf(deed, place, also),
  }))

const COMMANDS = '{Get,Put,Update,Delete,Query,Scan,BatchGet,BatchWrite,TransactWrite,TransactGet}'
const OBJECTS =
  '{PutObject,GetObject,HeadObject,DeleteObject,DeleteObjects,ListObjects,ListObjectsV2,CopyObject,CreateMultipartUpload,UploadPart}'

/** Clients of Amazon Web Services, Google Cloud and Azure for Node. */
const javascript = rowsOf(
  'javascript',
  [
    `new @aws-sdk/lib-dynamodb.${COMMANDS}Command`,
    'dynamodb',
    ['0.TableName', '0.TransactItems.0.Put.TableName', '0.TransactItems.0.Update.TableName'],
  ],
  [
    `new @aws-sdk/client-dynamodb.{GetItem,PutItem,UpdateItem,DeleteItem,Query,Scan,TransactWriteItems}Command`,
    'dynamodb',
    ['0.TableName', '0.TransactItems.0.Put.TableName', '0.TransactItems.0.Update.TableName'],
  ],
  [
    '@aws-sdk/{client,lib}-dynamodb.{DynamoDB,DynamoDBDocument,DynamoDBDocument.from}.{get,put,update,delete,query,scan,getItem,putItem,updateItem,deleteItem}',
    'dynamodb',
    '0.TableName',
  ],
  ['{aws-sdk*,aws-xray-sdk*}DocumentClient.{get,put,update,delete,query,scan}', 'dynamodb', '0.TableName'],
  ['{aws-sdk,aws-sdk/clients/dynamodb}{.DynamoDB,}.{getItem,putItem,updateItem,deleteItem,query,scan}', 'dynamodb', '0.TableName'],
  [`new @aws-sdk/client-s3.${OBJECTS}Command`, 's3', '0.Bucket'],
  ['@aws-sdk/client-s3.S3.{putObject,getObject,headObject,deleteObject,listObjects,listObjectsV2,copyObject}', 's3', '0.Bucket'],
  ['new @aws-sdk/lib-storage.Upload', 's3', '0.params.Bucket'],
  [
    '{aws-sdk,aws-sdk/clients/s3}{.S3,}.{putObject,getObject,headObject,deleteObject,listObjects,listObjectsV2,copyObject,upload}',
    's3',
    '0.Bucket',
  ],
  ['{aws-sdk,aws-sdk/clients/s3}{.S3,}.{getSignedUrl,getSignedUrlPromise,createPresignedPost}', 's3', ['1.Bucket', '0.Bucket']],
  ['@aws-sdk/client-sqs.SQS.{sendMessage,sendMessageBatch}', 'send', '0.QueueUrl'],
  ['@aws-sdk/client-sqs.SQS.receiveMessage', 'receive', '0.QueueUrl'],
  ['@aws-sdk/client-sns.SNS.{publish,publishBatch}', 'send', '0.TopicArn'],
  ['new @aws-sdk/client-kinesis.{PutRecordCommand,PutRecordsCommand}', 'send', ['0.StreamName', '0.StreamARN']],
  ['new @aws-sdk/client-firehose.{PutRecordCommand,PutRecordBatchCommand}', 'send', '0.DeliveryStreamName'],
  ['aws-sdk.{Kinesis.putRecord,Kinesis.putRecords}', 'send', '0.StreamName'],
  ['new @aws-sdk/client-eventbridge.PutEventsCommand', 'event', '0.Entries.0.DetailType', '0.Entries.0.EventBusName'],
  [
    '{aws-sdk.EventBridge.putEvents,@aws-sdk/client-eventbridge.EventBridge.putEvents}',
    'event',
    '0.Entries.0.DetailType',
    '0.Entries.0.EventBusName',
  ],
  ['new @aws-sdk/client-lambda.{InvokeCommand,InvokeAsyncCommand}', 'invoke', '0.FunctionName'],
  ['{aws-sdk.Lambda,@aws-sdk/client-lambda.Lambda}.{invoke,invokeAsync}', 'invoke', '0.FunctionName'],
  ['new @aws-sdk/client-sfn.{StartExecutionCommand,StartSyncExecutionCommand}', 'invoke', '0.stateMachineArn'],
  ['{aws-sdk.StepFunctions,@aws-sdk/client-sfn.SFN}.{startExecution,startSyncExecution}', 'invoke', '0.stateMachineArn'],
  ['@google-cloud/storage.Storage.bucket', 'gcs', '0'],
  ['{@google-cloud/firestore.Firestore,firebase-admin*.firestore,firebase-admin*.getFirestore}.{collection,doc}', 'firestore', '0'],
  ['@azure/storage-blob.BlobServiceClient*.getContainerClient', 'blob', ['base:0', '0']],
)

/** The same for Python. */
const python = rowsOf(
  'python',
  ['boto3*.Table.{get_item,put_item,update_item,delete_item,query,scan,batch_writer}', 'dynamodb', ['base:0', 'base:name=']],
  ['boto3*.client.{get_item,put_item,update_item,delete_item,query,scan}', 'dynamodb', 'TableName='],
  [
    'boto3*.client.{put_object,get_object,head_object,delete_object,delete_objects,list_objects,list_objects_v2,copy_object}',
    's3',
    'Bucket=',
  ],
  ['boto3*.client.{upload_file,upload_fileobj}', 's3', ['Bucket=', '1']],
  ['boto3*.client.{download_file,download_fileobj}', 's3', ['Bucket=', '0']],
  ['boto3*.client.generate_presigned_url', 's3', ['Params=.Bucket', '1.Bucket']],
  [
    'boto3*.{Bucket,Object}.{put_object,upload_file,upload_fileobj,download_file,put,get,delete,load}',
    's3',
    ['base:0', 'base:bucket_name=', 'base:name='],
  ],
  ['boto3*.client.{send_message_batch}', 'send', 'QueueUrl='],
  ['boto3*.{resource.Topic,Topic}.publish', 'send', ['base:0', 'base:arn=']],
  ['boto3*.client.{put_record,put_records,put_record_batch}', 'send', ['StreamName=', 'StreamARN=', 'DeliveryStreamName=']],
  ['boto3*.client.put_events', 'event', 'Entries=.0.DetailType', 'Entries=.0.EventBusName'],
  ['boto3*.client.invoke', 'invoke', 'FunctionName='],
  ['boto3*.client.{start_execution,start_sync_execution}', 'invoke', 'stateMachineArn='],
  ['google.cloud.storage*.Client.{bucket,get_bucket}', 'gcs', ['0', 'bucket_name=']],
  ['google.cloud.firestore*.{Client,AsyncClient}.{collection,document}', 'firestore', ['0']],
  ['azure.storage.blob*.BlobServiceClient*.get_container_client', 'blob', ['base:account_url=', 'base:0', '0']],
)

/** The same for Go. */
const go = rowsOf(
  'go',
  ['new *aws*/dynamodb.{GetItem,PutItem,UpdateItem,DeleteItem,Query,Scan}Input', 'dynamodb', 'init:TableName'],
  ['new *aws*/s3.{PutObject,GetObject,HeadObject,DeleteObject,ListObjectsV2,CopyObject}Input', 's3', 'init:Bucket'],
  ['new *aws*/s3/s3manager.UploadInput', 's3', 'init:Bucket'],
  ['new *aws*/sqs.SendMessageBatchInput', 'send', 'init:QueueUrl'],
  ['new *aws*/kinesis.{PutRecord,PutRecords}Input', 'send', 'init:StreamName'],
  ['new *aws*/firehose.{PutRecord,PutRecordBatch}Input', 'send', 'init:DeliveryStreamName'],
  ['new *aws*eventbridge*.PutEventsRequestEntry', 'event', 'init:DetailType', 'init:EventBusName'],
  ['new *aws*/lambda.InvokeInput', 'invoke', 'init:FunctionName'],
  ['new *aws*/sfn.{StartExecution,StartSyncExecution}Input', 'invoke', 'init:StateMachineArn'],
  ['cloud.google.com/go/storage.*.Bucket', 'gcs', '0'],
  ['cloud.google.com/go/firestore.*.Collection', 'firestore', '0'],
)

/** The same for Java and Kotlin. */
const java = rowsOf(
  'java|kotlin',
  ['{*.,}{GetItemRequest,PutItemRequest,UpdateItemRequest,DeleteItemRequest,QueryRequest,ScanRequest}.builder*.tableName', 'dynamodb', '0'],
  ['{*.,}{DynamoDbEnhancedClient,DynamoDbEnhancedAsyncClient}.table', 'dynamodb', '0'],
  ['{*.,}{PutObjectRequest,GetObjectRequest,HeadObjectRequest,DeleteObjectRequest,ListObjectsV2Request}.builder*.bucket', 's3', '0'],
  ['{*.,}{AmazonS3,AmazonS3Client,S3Template}.{putObject,getObject,deleteObject,upload,download,store}', 's3', '0'],
  ['{*.,}{SendMessageRequest,SendMessageBatchRequest}.builder*.queueUrl', 'send', '0'],
  ['{*.,}ReceiveMessageRequest.builder*.queueUrl', 'receive', '0'],
  ['{*.,}{AmazonSQS,AmazonSQSAsync,AmazonSQSClient}.sendMessage', 'send', '0'],
  ['{*.,}{AmazonSQS,AmazonSQSAsync,AmazonSQSClient}.receiveMessage', 'receive', '0'],
  [
    '{*.,}{SqsTemplate,QueueMessagingTemplate,SnsTemplate,NotificationMessagingTemplate}.{send,sendAsync,convertAndSend,sendNotification}',
    'send',
    '0',
  ],
  ['annotation SqsListener', 'receive', ['0', 'value=', 'queueNames=']],
  ['{*.,}PublishRequest.builder*.{topicArn,targetArn}', 'send', '0'],
  ['{*.,}PutRecordRequest.builder*.streamName', 'send', '0'],
  ['{*.,}PutEventsRequestEntry.builder*.detailType', 'event', '0', 'chain:eventBusName:0'],
  ['{*.,}InvokeRequest.builder*.functionName', 'invoke', '0'],
  ['{*.,}StartExecutionRequest.builder*.stateMachineArn', 'invoke', '0'],
  ['{*.,}PubSubTemplate.{publish,convertAndSend}', 'send', '0'],
  ['{*.,}PubSubTemplate.{subscribe,subscribeAndConvert,pull}', 'receive', '0'],
)

/** The same for C#. */
const csharp = rowsOf(
  'csharp',
  [
    'new {*.,}{GetItemRequest,PutItemRequest,UpdateItemRequest,DeleteItemRequest,QueryRequest,ScanRequest}',
    'dynamodb',
    ['init:TableName', '0'],
  ],
  ['{*.,}Table.{LoadTable,TryLoadTable}', 'dynamodb', '1'],
  ['new {*.,}{PutObjectRequest,GetObjectRequest,DeleteObjectRequest,ListObjectsV2Request}', 's3', 'init:BucketName'],
  ['new {*.,}PutRecordRequest', 'send', 'init:StreamName'],
  ['new {*.,}PutEventsRequestEntry', 'event', 'init:DetailType', 'init:EventBusName'],
  ['new {*.,}InvokeRequest', 'invoke', 'init:FunctionName'],
  ['new {*.,}StartExecutionRequest', 'invoke', 'init:StateMachineArn'],
)

/** Functions that a framework of a cloud is given, by name. */
const handlers: LibraryRow[] = [
  {
    language: 'javascript',
    when: 'call',
    path: '@google-cloud/functions-framework.http',
    gives: { effect: 'serve', protocol: 'http', path: '"/"', method: '"*"', handlers: '1' },
  },
]

/** Software development kits of the clouds: what they name is what infrastructure as code deploys. */
export const cloudRows: LibraryRow[] = [...javascript, ...python, ...go, ...java, ...csharp, ...handlers]
