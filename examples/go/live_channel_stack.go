package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	ivs "github.com/cdk-ivs-managed-stream-key/cdk-ivs-managed-stream-key-go/cdkivsmanagedstreamkey"
)

type LiveChannelStackProps struct {
	awscdk.StackProps
	// Increase it to rotate the stream key.
	Serial float64
	// What a rotation may do to a broadcast.
	WhileLive ivs.WhileLive
}

// NewLiveChannelStack makes a live channel, its stream key, which Secrets Manager rotates every month, and an encoder that may read it.
func NewLiveChannelStack(scope constructs.Construct, id string, props *LiveChannelStackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, &props.StackProps)

	live := ivs.NewManagedStreamKey(stack, jsii.String("Live"), &ivs.ManagedStreamKeyProps{
		Serial:    &props.Serial,
		WhileLive: props.WhileLive,
		RotationSchedule: &ivs.StreamKeyRotationScheduleOptions{
			AutomaticallyAfter: awscdk.Duration_Days(jsii.Number(30)),
		},
	})
	encoder := newEncoder(stack, "Encoder", live.Secret())
	live.GrantRead(encoder)

	awscdk.NewCfnOutput(stack, jsii.String("ChannelArn"), &awscdk.CfnOutputProps{Value: live.Channel().ChannelRef().ChannelArn})
	awscdk.NewCfnOutput(stack, jsii.String("SecretArn"), &awscdk.CfnOutputProps{Value: live.Secret().SecretArn()})
	awscdk.NewCfnOutput(stack, jsii.String("EncoderName"), &awscdk.CfnOutputProps{Value: encoder.FunctionName()})
	return stack
}
