internal import Foundation
internal import NIOCore
internal import Workload

/// How requests are written: everything but the prompt and its length is made once.
struct RequestForm: Sendable {
    let backend: Backend
    /// `{` and the fields that are equal in all requests, each followed by a comma.
    private let start: ByteBuffer
    /// The field that limits the answer; `nil` when the user sets one.
    private let lengthField: String?

    /// - Parameter extra: a JSON object whose fields replace ours or are added, as text.
    /// - Throws: ``LoadToolError`` when it is not such an object, or names the prompt.
    init(
        backend: Backend,
        model: String,
        isStreamed: Bool,
        ignoresEnd: Bool,
        extra: String? = nil
    ) throws(LoadToolError) {
        let added = try Self.fields(of: extra)
        var fields: [(String, String)] = [("model", Self.quoted(model)), ("temperature", "0")]
        if ignoresEnd { fields.append(("ignore_eos", "true")) }
        fields.append(("stream", isStreamed ? "true" : "false"))
        if isStreamed { fields.append(("stream_options", #"{"include_usage":true}"#)) }
        fields.removeAll { field in added.contains { $0.0 == field.0 } }
        let text = (fields + added).map { "\(Self.quoted($0.0)):\($0.1)," }.joined()
        let limits = ["max_tokens", "max_completion_tokens"]
        self.backend = backend
        start = ByteBuffer(string: "{" + text)
        lengthField =
            added.contains { limits.contains($0.0) } ? nil : backend == .openai ? limits[0] : limits[1]
    }

    /// The body of one request.
    func body(_ prompt: Prompt, outputTokens: Int) -> ByteBuffer {
        var buffer = start
        if let lengthField { buffer.writeString("\"\(lengthField)\":\(outputTokens),") }
        switch (prompt, backend) {
        case (.tokens(let tokens), _):
            buffer.writeStaticString("\"prompt\":")
            JSONText.write(tokens, to: &buffer)
        case (.text(let text), .openai):
            buffer.writeStaticString("\"prompt\":")
            JSONText.write(text, to: &buffer)
        case (.text(let text), .openaiChat): write([("user", text)], to: &buffer)
        case (.messages(let messages), _): write(messages.map { ($0.role.rawValue, $0.text) }, to: &buffer)
        }
        buffer.writeStaticString("}")
        return buffer
    }

    private func write(_ messages: [(role: String, text: String)], to buffer: inout ByteBuffer) {
        buffer.writeStaticString("\"messages\":[")
        for (index, message) in messages.enumerated() {
            buffer.writeString(index == 0 ? "{\"role\":" : ",{\"role\":")
            JSONText.write(message.role, to: &buffer)
            buffer.writeStaticString(",\"content\":")
            JSONText.write(message.text, to: &buffer)
            buffer.writeStaticString("}")
        }
        buffer.writeStaticString("]")
    }

    private static func quoted(_ text: String) -> String {
        var buffer = ByteBuffer()
        JSONText.write(text, to: &buffer)
        return String(buffer: buffer)
    }

    /// The fields of a JSON object, each value as text, by name.
    private static func fields(of text: String?) throws(LoadToolError) -> [(String, String)] {
        guard let text else { return [] }
        let option = "--extra-body"
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            throw .badOption(option, "is not a JSON object: write for example '{\"top_p\": 0.9}'")
        }
        for name in ["prompt", "messages"] where object[name] != nil {
            throw .badOption(option, "sets \(name): the dataset does that")
        }
        do {
            return try object.sorted { $0.key < $1.key }.map { name, value in
                let data = try JSONSerialization.data(
                    withJSONObject: value,
                    options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
                )
                return (name, String(decoding: data, as: UTF8.self))
            }
        } catch {
            throw .badOption(option, "cannot be written as JSON: \(error)")
        }
    }
}
