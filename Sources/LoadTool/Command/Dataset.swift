internal import Foundation
internal import ServingTypes
internal import Workload

/// The prompts that were asked for, with what had to be read for them.
struct Dataset {
    private enum Content {
        case synthetic
        case trace(Trace)
        case texts([PromptFile.Entry])
        case chats
    }

    /// Requests when neither the user nor a file says how many.
    private static let usualCount = 1_000

    let options: DatasetOptions
    private let content: Content

    /// Reads the file, if there is one.
    init(_ options: DatasetOptions) throws(LoadToolError) {
        self.options = options
        switch options.datasetName {
        case .random: content = .synthetic
        case .chat: content = .chats
        case .text: content = .texts(try Self.read(options) { try PromptFile.read($0) })
        case .mooncake, .azure, .burstgpt:
            guard let format = options.datasetName.traceFormat else {
                preconditionFailure("\(options.datasetName) is no trace")
            }
            let whole = try Self.read(options) { try Trace.read($0, format: format) }
            content = .trace(try Self.window(whole, options))
        }
    }

    /// Requests: what the user asks for, or what there is.
    func count(asked: Int?) -> Int {
        switch content {
        case .trace(let trace): min(asked ?? .max, trace.records.count)
        case .texts(let entries): asked ?? entries.count
        case .synthetic, .chats: asked ?? Self.usualCount
        }
    }

    /// The arrivals of a trace; `nil` for what has none.
    var recordedArrivals: [Duration]? {
        if case .trace(let trace) = content { trace.arrivals } else { nil }
    }

    /// The interface that the prompts need, unless the user asks for one.
    var usualBackend: Backend { if case .chats = content { .openaiChat } else { .openai } }

    /// Requests with these prompts.
    ///
    /// - Throws: ``LoadToolError`` or `WorkloadError` for options that do not fit each other.
    func source(count: Int, seed: UInt64, form: RequestForm, names: RequestNames) throws -> any RequestSource
    {
        switch content {
        case .synthetic:
            let prompts = try SyntheticPrompts(
                count: count,
                lengths: lengths,
                prefixTokens: options.randomPrefixLen,
                prefixCount: options.randomPrefixes,
                vocabulary: options.vocabulary,
                seed: seed
            )
            return requests(prompts, count, form, names)
        case .trace(let trace):
            let prompts = try TracePrompts(
                trace,
                inputLimit: options.maxInputLen ?? LengthRange.limit,
                outputLimit: options.maxOutputLen ?? LengthRange.limit,
                vocabulary: options.vocabulary,
                seed: seed
            )
            return requests(prompts, min(count, prompts.count), form, names)
        case .texts(let entries):
            return TextRequests(
                entries: entries,
                count: count,
                form: form,
                names: names,
                outputTokens: options.randomOutputLen
            )
        case .chats:
            guard form.backend == .openaiChat else {
                throw LoadToolError.badOption("--backend", "is openai, and chats need openai-chat")
            }
            let plans = try ConversationPlans(count: count, settings: chatSettings, seed: seed)
            return ChatRequests(plans: plans, form: form, names: names)
        }
    }

    private var lengths: LengthRange {
        get throws {
            try LengthRange(
                inputTokens: options.randomInputLen,
                outputTokens: options.randomOutputLen,
                rangeRatio: options.randomRangeRatio
            )
        }
    }

    private var chatSettings: ConversationSettings {
        get throws {
            ConversationSettings(
                turns: try options.turns,
                lengths: try lengths,
                systemTokens: options.chatSystemLen,
                systemCount: options.chatSystems,
                meanThinkTime: .fromSeconds(options.chatThinkTime),
                wordsPerToken: options.wordsPerToken
            )
        }
    }

    /// Chat completions take no token ids.
    private func requests(
        _ prompts: any PromptSource,
        _ count: Int,
        _ form: RequestForm,
        _ names: RequestNames
    )
        -> PromptRequests
    {
        let sendsWords = options.textPrompts || form.backend == .openaiChat
        return PromptRequests(
            prompts: prompts,
            count: count,
            form: form,
            names: names,
            wordsPerToken: sendsWords ? options.wordsPerToken : nil
        )
    }

    private static func window(_ trace: Trace, _ options: DatasetOptions) throws(LoadToolError) -> Trace {
        let part = trace.window(
            from: .fromSeconds(options.traceStart),
            for: options.traceLength.map { .fromSeconds($0) } ?? .seconds(1 << 40)
        )
        guard !part.records.isEmpty else {
            throw .badOption(
                "--trace-start",
                "leaves nothing: the trace has \(trace.records.count) requests in \(trace.span.inSeconds) s"
            )
        }
        return part
    }

    private static func read<Value>(_ options: DatasetOptions, _ parse: ([UInt8]) throws -> Value)
        throws(LoadToolError) -> Value
    {
        let path = options.datasetPath ?? ""
        do {
            return try parse(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        } catch let error as TraceError {
            throw .unusableFile(path, error.description)
        } catch {
            throw .unusableFile(path, error.localizedDescription)
        }
    }
}
