import { CfnResource, Resource } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** An L2 of a library that knows no references, as those of aws-ivs-alpha: an L1 as its default child, and attributes of its own. */
export class ForeignL2<T extends CfnResource> extends Resource {
  public readonly resource: T;

  constructor(scope: Construct, id: string, make: (scope: Construct, id: string) => T) {
    super(scope, id);
    this.resource = make(this, 'Resource');
  }
}
