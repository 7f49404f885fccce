module live-channel

go 1.25.0

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.240.0
	github.com/aws/constructs-go/constructs/v10 v10.5.0
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk-ivs-managed-stream-key/cdk-ivs-managed-stream-key-go/cdkivsmanagedstreamkey v1.0.0
)
