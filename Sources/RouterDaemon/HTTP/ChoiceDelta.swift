internal import ServingTypes

/// What one choice adds to the answer.
struct ChoiceDelta: Equatable, Sendable {
    /// Index of the choice in the answer: prompt index × n + choice.
    var choice: Int
    /// Whether nothing was sent of this choice before.
    var isFirst = false
    /// New text, with nothing in it that may still become a stop string.
    var text = ""
    /// The tokens whose text is complete now; empty unless asked for.
    var logprobs: [TokenLogprob] = []
    /// Set when the choice is complete.
    var finish: FinishReason?

    /// Whether there is anything to send.
    var hasNews: Bool { isFirst || hasContent || finish != nil }

    /// Whether there is text, or a token that stands for none yet.
    var hasContent: Bool { !text.isEmpty || !logprobs.isEmpty }

    /// Joins what follows to what came before.
    mutating func append(_ next: ChoiceDelta) {
        text += next.text
        logprobs += next.logprobs
        finish = next.finish ?? finish
    }
}
