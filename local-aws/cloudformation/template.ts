import { parseDocument } from 'yaml';
import { AwsError, NotInLocalAws } from '../core/aws-error';

export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties?: Record<string, any>;
  readonly DependsOn?: string | string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: unknown;
}

export interface Template {
  readonly Description?: string;
  readonly Resources: Record<string, ResourceDefinition>;
  readonly Parameters?: Record<string, { Type: string; Default?: string }>;
  readonly Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  readonly Conditions?: Record<string, unknown>;
  readonly Outputs?: Record<string, { Value: unknown; Description?: string; Condition?: string; Export?: { Name: unknown } }>;
  readonly Rules?: Record<string, { Assertions: { Assert: unknown; AssertDescription?: string }[] }>;
}

const SECTIONS = ['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Mappings', 'Conditions', 'Rules', 'Resources', 'Outputs'];
const PARAMETER_FIELDS = ['Type', 'Default', 'Description'];
const PARAMETER_TYPES = ['String', 'Number', 'AWS::SSM::Parameter::Value<String>'];
const RULE_FIELDS = ['Assertions'];
const RESOURCE_FIELDS = ['Type', 'Properties', 'DependsOn', 'Condition', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'];

/** Reads a template, and refuses whatever in it would not be carried out. */
export function parseTemplate(body: string): Template {
  const template = read(body);
  for (const section of Object.keys(template)) if (!SECTIONS.includes(section)) throw new NotInLocalAws(`the template section ${section}`);
  if (!template.Resources || !Object.keys(template.Resources).length) {
    throw new AwsError('ValidationError', 'Template format error: At least one Resources member must be defined.');
  }
  const refuseOthers = (kind: string, definitions: object = {}, fields: string[]) => {
    for (const [name, definition] of Object.entries(definitions)) {
      for (const field of Object.keys(definition)) if (!fields.includes(field)) throw new NotInLocalAws(`${field} of the ${kind} ${name}`);
    }
  };
  refuseOthers('resource', template.Resources, RESOURCE_FIELDS);
  refuseOthers('parameter', template.Parameters, PARAMETER_FIELDS);
  refuseOthers('rule', template.Rules, RULE_FIELDS);
  for (const { Type } of Object.values(template.Parameters ?? {})) if (!PARAMETER_TYPES.includes(Type)) throw new NotInLocalAws(`the parameter type ${Type}`);
  return template;
}

/** JSON, or YAML without the tags that stand for functions, which `cdk import` sends. */
function read(body: string): Template {
  if (body.trimStart().startsWith('{')) return JSON.parse(body);
  const document = parseDocument(body, { schema: 'core' });
  if (document.errors.length) throw new AwsError('ValidationError', `Template format error: YAML not well-formed. ${document.errors[0].message}`);
  if (document.warnings.length) throw new NotInLocalAws(`what is in the template: ${document.warnings[0].message}`);
  const template = document.toJS();
  if (typeof template !== 'object' || template === null) throw new AwsError('ValidationError', 'Template format error: unsupported structure.');
  return template;
}
