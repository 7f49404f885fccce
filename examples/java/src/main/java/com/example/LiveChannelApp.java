package com.example;

import io.github.cdk_ivs_managed_stream_key.WhileLive;
import software.amazon.awscdk.App;

public class LiveChannelApp {
    public static void main(final String[] args) {
        App app = new App();

        // Another key for the channel: npx cdk deploy -c serial=2
        // The same, and the encoder that publishes with the old one is cut off: npx cdk deploy -c serial=3 -c whileLive=DISCONNECT
        Object serial = app.getNode().tryGetContext("serial");
        Object whileLive = app.getNode().tryGetContext("whileLive");
        new LiveChannelStack(
            app,
            "LiveChannel",
            serial == null ? 1 : Integer.parseInt(serial.toString()),
            whileLive == null ? null : WhileLive.valueOf(whileLive.toString()));

        app.synth();
    }
}
