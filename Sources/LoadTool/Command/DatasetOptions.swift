internal import ArgumentParser
internal import Foundation
internal import ServingTypes
internal import Workload

/// Options about the prompts.
struct DatasetOptions: ParsableArguments {
    @Option(
        help: "random, mooncake, azure, burstgpt (recorded traces), text (a file) or chat (several turns)."
    )
    var datasetName = DatasetName.random

    @Option(
        help: ArgumentHelp(
            "File of the trace; or of texts: lines, or JSON lines with prompt.",
            valueName: "file"
        )
    )
    var datasetPath: String?

    @Option(help: "Prompt tokens, without the shared prefix; of chat, new tokens of each turn.")
    var randomInputLen = 1_024

    @Option(help: "Output tokens asked for.")
    var randomOutputLen = 128

    @Option(help: "Draw lengths from n(1 - r) to n(1 + r); 0 to below 1.")
    var randomRangeRatio = 0.0

    @Option(help: "Tokens of a prefix that prompts share; added to the input length.")
    var randomPrefixLen = 0

    @Option(help: "How many different prefixes there are.")
    var randomPrefixes = 1

    @Option(
        name: .customLong("token-ids"),  // Spelled from the property it would be --token-i-ds.
        help: "Range of the token ids of made prompts: known to the model, and none of them special."
    )
    var tokenIDs = "300-999"

    @Flag(help: "Send words instead of token ids, for servers that take no ids; chats always are words.")
    var textPrompts = false

    @Option(help: "Words for each wanted token of text prompts.")
    var wordsPerToken = 1.0

    @Option(help: "Cut longer prompts of a trace to so many tokens.")
    var maxInputLen: Int?

    @Option(help: "Cut longer answers of a trace to so many tokens.")
    var maxOutputLen: Int?

    @Option(help: ArgumentHelp("Replay the trace from this second on.", valueName: "seconds"))
    var traceStart = 0.0

    @Option(help: ArgumentHelp("Replay so many seconds of the trace.", valueName: "seconds"))
    var traceLength: Double?

    @Option(help: "Turns of a chat, N or LOW-HIGH.")
    var chatTurns = "4"

    @Option(help: "Tokens of the system prompt of a chat.")
    var chatSystemLen = 0

    @Option(help: "How many different system prompts there are.")
    var chatSystems = 1

    @Option(
        help: ArgumentHelp("Mean pause between an answer and the next turn of a chat.", valueName: "seconds")
    )
    var chatThinkTime = 0.0

    func validate() throws {
        if datasetName.isFile, datasetPath == nil {
            throw ValidationError("--dataset-name \(datasetName.rawValue) needs --dataset-path FILE")
        }
        if !datasetName.isFile, datasetPath != nil {
            throw ValidationError("--dataset-path has no meaning with --dataset-name \(datasetName.rawValue)")
        }
        guard wordsPerToken > 0, wordsPerToken <= 16 else {
            throw ValidationError("--words-per-token is \(wordsPerToken); use above 0, at most 16")
        }
        _ = try vocabulary
        _ = try turns
    }

    /// The token ids of made prompts.
    var vocabulary: Range<TokenID> {
        get throws {
            guard let range = Self.range(tokenIDs), range.upperBound < Int(TokenID.max) else {
                throw ValidationError("--token-ids is \(tokenIDs); write LOW-HIGH, as 300-999")
            }
            return TokenID(range.lowerBound)..<TokenID(range.upperBound) + 1
        }
    }

    var turns: ClosedRange<Int> {
        get throws {
            guard let range = Self.range(chatTurns), range.lowerBound >= 1 else {
                throw ValidationError("--chat-turns is \(chatTurns); write N or LOW-HIGH, as 3-8")
            }
            return range
        }
    }

    /// `N` or `LOW-HIGH`.
    private static func range(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1], 0 <= low,
            low <= high
        else { return nil }
        return low...high
    }
}
