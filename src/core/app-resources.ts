import { CfnResource, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import type { CfnResourceClass } from './cfn-resource-of';

const apps = new WeakMap<IConstruct, AppResources>();

/** The resources of an app at the end of synthesis. The app is walked through once for each stage, whatever the number of stream keys. */
export class AppResources {
  /** For validations of a construct. To be called in its constructor. */
  public static seenFrom(construct: IConstruct): AppResources {
    const { root } = construct.node;
    const resources = apps.get(root) ?? new AppResources(root);
    apps.set(root, resources);
    resources.renewWith(Stage.of(construct) ?? root);
    return resources;
  }

  private readonly stages = new Set<IConstruct>();
  private all?: CfnResource[];

  private constructor(private readonly root: IConstruct) {}

  /** The L1s of a type. */
  public ofType<T extends CfnResource>({ CFN_RESOURCE_TYPE_NAME }: CfnResourceClass<T>): T[] {
    this.all ??= this.root.node.findAll().filter((node) => CfnResource.isCfnResource(node));
    return this.all.filter((resource): resource is T => resource.cfnResourceType === CFN_RESOURCE_TYPE_NAME);
  }

  /** A stage is validated before the constructs in it. */
  private renewWith(stage: IConstruct): void {
    if (this.stages.has(stage)) return;
    this.stages.add(stage);
    stage.node.addValidation({
      validate: () => {
        this.all = undefined;
        return [];
      },
    });
  }
}
