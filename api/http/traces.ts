/** Traces as OpenTelemetry has them: a span for each request, part of the trace that its caller began. */

/** Where a request belongs, by W3C Trace Context. */
export interface TraceParent {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  /** Whether the caller records the trace. */
  isSampled: boolean;
}

/**
 * What a request was, for who looks at traces: the route and never the path, which may hold codes and IDs.
 */
export interface RequestSpan {
  traceId: string;
  spanId: string;
  /** `null`: the trace begins here. */
  parentSpanId: string | null;
  method: string;
  route: string;
  status: number;
  requestId: string;
  beganAtMs: number;
  endedAtMs: number;
}

/** Takes spans, and gives them to a collector sometime. */
export interface Traces {
  add(span: RequestSpan): void;
}

/** `traceparent`, W3C Trace Context §3.2. @returns `null` where there is none, or it is not valid */
export function readTraceParent(header: string | undefined): TraceParent | null {
  const [, version, traceId = "", spanId = "", flags = "", more] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(header?.trim() ?? "") ?? [];
  // Of a later version what comes behind is not known to us; of this one there is nothing.
  if (version === undefined || version === "ff" || (version === "00" && more !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

const SERVER_KIND = 2;
const STATUS_ERROR = 2;
const attribute = (key: string, value: string | number) => ({
  key,
  value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
});
/** A number of 64 bits, which JSON's encoding of OTLP writes as text. */
const toNanoseconds = (ms: number): string => String(BigInt(Math.round(ms)) * 1_000_000n);

/** Spans as the JSON of OTLP/HTTP, `ExportTraceServiceRequest`. */
export function toOtlp(spans: readonly RequestSpan[], serviceName: string): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [attribute("service.name", serviceName)] },
        scopeSpans: [
          {
            scope: { name: "ikefrag" },
            spans: spans.map((span) => ({
              traceId: span.traceId,
              spanId: span.spanId,
              ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
              name: `${span.method} ${span.route}`,
              kind: SERVER_KIND,
              startTimeUnixNano: toNanoseconds(span.beganAtMs),
              endTimeUnixNano: toNanoseconds(span.endedAtMs),
              attributes: [
                attribute("http.request.method", span.method),
                attribute("http.route", span.route),
                attribute("http.response.status_code", span.status),
                attribute("ikefrag.request_id", span.requestId),
              ],
              status: span.status >= 500 ? { code: STATUS_ERROR } : {},
            })),
          },
        ],
      },
    ],
  });
}
