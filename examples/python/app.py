#!/usr/bin/env python3
from aws_cdk import App
from cdk_ivs_managed_stream_key import WhileLive

from live_channel_stack import LiveChannelStack

app = App()

# Another key for the channel: npx cdk deploy -c serial=2
# The same, and the encoder that publishes with the old one is cut off: npx cdk deploy -c serial=3 -c whileLive=DISCONNECT
while_live = app.node.try_get_context("whileLive")
LiveChannelStack(
    app,
    "LiveChannel",
    serial=int(app.node.try_get_context("serial") or 1),
    while_live=WhileLive[while_live] if while_live else None,
)

app.synth()
