package com.example;

import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.constructs.Construct;

/** Stands for an encoder: a function that reads where and with which key to publish. */
public class Encoder extends Construct {
    private final Function function;

    public Encoder(final Construct scope, final String id, final ISecret secret) {
        super(scope, id);
        LogGroup logGroup = LogGroup.Builder.create(this, "LogGroup")
            .retention(RetentionDays.ONE_WEEK)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
        Role role = Role.Builder.create(this, "Role").assumedBy(new ServicePrincipal("lambda.amazonaws.com")).build();
        logGroup.grantWrite(role);

        function = Function.Builder.create(this, "Function")
            .runtime(Runtime.NODEJS_24_X)
            .architecture(Architecture.ARM_64)
            .code(Code.fromAsset("encoder"))
            .handler("index.handler")
            .timeout(Duration.seconds(30))
            .environment(Map.of("SECRET_ARN", secret.getSecretArn()))
            .role(role)
            .logGroup(logGroup)
            .build();
    }

    public Function getFunction() {
        return function;
    }
}
