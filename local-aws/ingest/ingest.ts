import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import { generate } from 'selfsigned';
import { RtmpConnection } from './rtmp-connection';
import type { Ivs } from '../ivs/ivs';

const HOSTS = '*.global-contribute.live-video.net';

/**
 * The RTMPS ingest of IVS, on 127.0.0.1.
 *
 * Encoders publish to the URL as it is in the secret. They reach the local ingest instead of the real one
 * because it is also the HTTP proxy that they are told to connect through.
 */
export class Ingest {
  public static async start(ivs: Ivs): Promise<Ingest> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: HOSTS }], { keyType: 'ec', algorithm: 'sha256' });
    const ingest = new Ingest(ivs, key, cert);
    await new Promise<void>((resolve, reject) => ingest.proxy.once('error', reject).listen(0, '127.0.0.1', resolve));
    return ingest;
  }

  private readonly proxy = http.createServer((_request, response) => void response.writeHead(405).end('This proxy only takes CONNECT.\n'));
  /** Never listens: it is given the connections that come through the proxy. */
  private readonly rtmps: tls.Server;
  private readonly sockets = new Set<Duplex>();

  private constructor(ivs: Ivs, key: string, cert: string) {
    this.rtmps = tls.createServer({ key, cert }, (socket) => void new RtmpConnection(ivs, this.track(socket)));
    this.rtmps.on('tlsClientError', (_error, socket) => socket.destroy());
    this.proxy.on('connect', ({ url = '' }, socket, head) => this.connect(url, socket, head));
  }

  /** The environment variables with which an encoder's process reaches this ingest, and nothing else by way of it. */
  public get environment(): Record<string, string> {
    return { http_proxy: `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}` };
  }

  /** Cuts off whoever publishes. */
  public async stop(): Promise<void> {
    const sockets = [...this.sockets];
    const closed = sockets.map((socket) => once(socket, 'close'));
    // The one under TLS takes the other with it at once.
    for (const socket of sockets) socket.destroy();
    this.proxy.closeAllConnections();
    await Promise.all([...closed, new Promise((resolve) => this.proxy.close(resolve))]);
  }

  private connect(target: string, socket: Duplex, head: Buffer): void {
    this.track(socket);
    if (!/^[a-z0-9]+\.global-contribute\.live-video\.net:443$/.test(target)) {
      socket.end(`HTTP/1.1 403 Forbidden\r\n\r\nThis proxy only connects to ${HOSTS}:443.\n`);
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length) socket.unshift(head);
    this.rtmps.emit('connection', socket);
  }

  private track<S extends Duplex>(socket: S): S {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    // The other side is never half gone, whatever node:http allows.
    for (const event of ['end', 'error']) socket.on(event, () => socket.destroy());
    return socket;
  }
}
