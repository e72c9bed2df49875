internal import NIOCore
internal import Observability

/// Spans in OTLP's JSON: the body of a request to `/v1/traces`.
///
/// Source: OpenTelemetry Protocol 1.x, opentelemetry-proto `trace/v1/trace.proto` in the JSON mapping, in
/// which identities are hexadecimal and 64-bit numbers are texts.
struct OTLPDocument {
    /// What the spans are said to come from.
    private let resource: [SpanAttribute]
    private let version: String

    /// - Parameters:
    ///   - instance: name of this process among those of its service.
    ///   - cluster: name of the cluster, under which the service's processes belong together.
    init(instance: String, cluster: String, version: String) {
        self.version = version
        resource = [
            SpanAttribute("service.name", "baton-router"), SpanAttribute("service.namespace", cluster),
            SpanAttribute("service.instance.id", instance), SpanAttribute("service.version", version),
        ]
    }

    /// The whole document.
    func text(of spans: [Span]) -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { document in
            document.key("resourceSpans")
            document.array { $0.object { resourceSpans(spans, to: &$0) } }
        }
        return writer.buffer
    }

    private func resourceSpans(_ spans: [Span], to writer: inout JSONWriter) {
        writer.key("resource")
        writer.object { Self.write(resource, to: &$0) }
        writer.key("scopeSpans")
        writer.array { list in
            list.object { scoped in
                scoped.key("scope")
                scoped.object { scope in
                    scope.member("name", "baton")
                    scope.member("version", version)
                }
                scoped.key("spans")
                scoped.array { array in
                    for span in spans { array.object { Self.write(span, to: &$0) } }
                }
            }
        }
    }

    private static func write(_ span: Span, to writer: inout JSONWriter) {
        writer.member("traceId", span.context.traceID.description)
        writer.member("spanId", span.context.spanID.description)
        if let parent = span.parent { writer.member("parentSpanId", parent.description) }
        if !span.context.state.isEmpty { writer.member("traceState", span.context.state) }
        // Bit 8: bit 9 is known; bit 9: the parent belongs to another process.
        writer.member("flags", Int(span.context.flags) | 0x100 | (span.hasRemoteParent ? 0x200 : 0))
        writer.member("name", span.name)
        writer.member("kind", span.kind.rawValue)
        writer.member("startTimeUnixNano", String(span.start))
        writer.member("endTimeUnixNano", String(span.end))
        write(span.attributes, to: &writer)
        writer.key("status")
        writer.object { status in
            guard let failure = span.failure else { return }
            status.member("code", 2)
            status.member("message", failure)
        }
    }

    private static func write(_ attributes: [SpanAttribute], to writer: inout JSONWriter) {
        writer.key("attributes")
        writer.array { list in
            for attribute in attributes {
                list.object { pair in
                    pair.member("key", attribute.key)
                    pair.key("value")
                    pair.object { write(attribute.value, to: &$0) }
                }
            }
        }
    }

    private static func write(_ value: SpanAttribute.Value, to writer: inout JSONWriter) {
        switch value {
        case .text(let text): writer.member("stringValue", text)
        case .integer(let count): writer.member("intValue", String(count))
        case .number(let number):
            writer.key("doubleValue")
            writer.number(number)
        case .flag(let flag):
            writer.key("boolValue")
            writer.bool(flag)
        case .texts(let texts):
            writer.key("arrayValue")
            writer.object { array in
                array.key("values")
                array.array { list in
                    for text in texts { list.object { $0.member("stringValue", text) } }
                }
            }
        }
    }
}
