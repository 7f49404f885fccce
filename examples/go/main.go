package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	ivs "github.com/cdk-ivs-managed-stream-key/cdk-ivs-managed-stream-key-go/cdkivsmanagedstreamkey"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)

	// Another key for the channel: npx cdk deploy -c serial=2
	// The same, and the encoder that publishes with the old one is cut off: npx cdk deploy -c serial=3 -c whileLive=DISCONNECT
	props := LiveChannelStackProps{Serial: 1}
	if serial, ok := app.Node().TryGetContext(jsii.String("serial")).(string); ok {
		number, err := strconv.ParseFloat(serial, 64)
		if err != nil {
			panic(err)
		}
		props.Serial = number
	}
	if whileLive, ok := app.Node().TryGetContext(jsii.String("whileLive")).(string); ok {
		props.WhileLive = ivs.WhileLive(whileLive)
	}
	NewLiveChannelStack(app, "LiveChannel", &props)

	app.Synth(nil)
}
