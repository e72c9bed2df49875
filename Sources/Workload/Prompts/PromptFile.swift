/// Prompts that a person wrote: a text file with one on each line, or JSON lines.
public enum PromptFile {
    /// One prompt.
    public struct Entry: Hashable, Sendable {
        /// The prompt.
        public var text: String
        /// Tokens asked for in answer, if the file says so.
        public var outputTokens: Int?
    }

    /// Reads a prompt from each line that is not empty.
    ///
    /// If the first line begins with `{`, every line is an object with `prompt` and, if wanted,
    /// `output_tokens`, as `vllm bench serve --dataset-name custom` reads them; else each line is a prompt as
    /// it stands.
    /// - Throws: ``TraceError`` with the number of the first line that cannot be used.
    public static func read(_ bytes: [UInt8], limits: TraceLimits = TraceLimits())
        throws(TraceError) -> [Entry]
    {
        var lines = try LineReader(bytes, limits)
        var entries: [Entry] = []
        var isJSON: Bool?
        while let line = try lines.next() {
            guard entries.count < limits.records else {
                throw lines.error(.tooManyRecords(limit: limits.records))
            }
            let readsJSON = isJSON ?? (line.first == UInt8(ascii: "{"))
            isJSON = readsJSON
            do throws(TraceError.Problem) {
                entries.append(try readsJSON ? object(line, limits) : plain(line))
            } catch {
                throw lines.error(error)
            }
        }
        guard !entries.isEmpty else { throw TraceError(line: 0, .empty) }
        return entries
    }

    private static func plain(_ line: ArraySlice<UInt8>) throws(TraceError.Problem) -> Entry {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw .badField("prompt", value: String(decoding: line.prefix(60), as: UTF8.self))
        }
        return Entry(text: text, outputTokens: nil)
    }

    private static func object(_ line: ArraySlice<UInt8>, _ limits: TraceLimits) throws(TraceError.Problem)
        -> Entry
    {
        let object = try JSONLine.parse(line)
        guard case .string(let text)? = object["prompt"], !text.isEmpty else { throw .missingField("prompt") }
        guard object["output_tokens"] != nil else { return Entry(text: text, outputTokens: nil) }
        let tokens = try object.integer("output_tokens")
        guard (1...limits.tokens).contains(tokens) else {
            throw .badField("output_tokens", value: "\(tokens)")
        }
        return Entry(text: text, outputTokens: tokens)
    }
}
