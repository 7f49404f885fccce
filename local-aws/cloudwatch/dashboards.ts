import { AwsError } from '../core/aws-error';

const MOST_WIDGETS = 500;
const MOST_METRICS_OF_A_WIDGET = 500;
const MOST_METRICS = 2_500;
const MOST_BYTES = 1_000_000;

/** The dashboards: their bodies by name. None is drawn. */
export class Dashboards {
  private readonly bodies = new Map<string, string>();

  public has(name: string): boolean {
    return this.bodies.has(name);
  }

  /** Makes a dashboard, or changes it. It refuses a body beyond the quotas of CloudWatch, whether or not PutDashboard does. */
  public put(name: string, body: string): void {
    if (!/^[a-zA-Z0-9-_]{1,255}$/.test(name)) throw invalid(`The dashboard name ${name} is not 1 to 255 letters, digits, - and _`);
    checkBody(body);
    this.bodies.set(name, body);
  }

  /** The body of the dashboard of that name. */
  public body(name: string): any {
    const body = this.bodies.get(name);
    if (body === undefined) throw new AwsError('ResourceNotFound', `Dashboard ${name} does not exist`, 404);
    return JSON.parse(body);
  }

  public delete(name: string): void {
    this.bodies.delete(name);
  }
}

function checkBody(body: string): void {
  if (Buffer.byteLength(body) > MOST_BYTES) throw invalid(`The dashboard body has more than ${MOST_BYTES} bytes`);
  const { widgets } = parse(body);
  if (!Array.isArray(widgets)) throw invalid('The field widgets of the dashboard body must be a list');
  if (widgets.length > MOST_WIDGETS) throw invalid(`The dashboard has more than ${MOST_WIDGETS} widgets`);
  const counts = widgets.map(({ properties }) => properties.metrics?.length ?? 0);
  if (counts.some((count) => count > MOST_METRICS_OF_A_WIDGET)) throw invalid(`A widget has more than ${MOST_METRICS_OF_A_WIDGET} metrics`);
  if (counts.reduce((sum, count) => sum + count, 0) > MOST_METRICS) throw invalid(`The dashboard has more than ${MOST_METRICS} metrics`);
}

function parse(body: string): any {
  try {
    return JSON.parse(body);
  } catch {
    throw invalid('The field DashboardBody must be a valid JSON object');
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterInput', message);
}
