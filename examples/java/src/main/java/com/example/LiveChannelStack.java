package com.example;

import io.github.cdk_ivs_managed_stream_key.ManagedStreamKey;
import io.github.cdk_ivs_managed_stream_key.StreamKeyRotationScheduleOptions;
import io.github.cdk_ivs_managed_stream_key.WhileLive;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/** A live channel, its stream key, which Secrets Manager rotates every month, and an encoder that may read it. */
public class LiveChannelStack extends Stack {
    /**
     * @param serial increase it to rotate the stream key
     * @param whileLive what a rotation may do to a broadcast, or null
     */
    public LiveChannelStack(final Construct scope, final String id, final int serial, final WhileLive whileLive) {
        super(scope, id);

        ManagedStreamKey live = ManagedStreamKey.Builder.create(this, "Live")
            .serial(serial)
            .whileLive(whileLive)
            .rotationSchedule(StreamKeyRotationScheduleOptions.builder().automaticallyAfter(Duration.days(30)).build())
            .build();
        Encoder encoder = new Encoder(this, "Encoder", live.getSecret());
        live.grantRead(encoder.getFunction());

        CfnOutput.Builder.create(this, "ChannelArn").value(live.getChannel().getChannelRef().getChannelArn()).build();
        CfnOutput.Builder.create(this, "SecretArn").value(live.getSecret().getSecretArn()).build();
        CfnOutput.Builder.create(this, "EncoderName").value(encoder.getFunction().getFunctionName()).build();
    }
}
