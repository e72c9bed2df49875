internal import ServingTypes
internal import Tokenization

/// Turns the tokens of one choice into text: UTF-8 tails and possible stop strings are held back.
struct ChoiceText: Sendable {
    private var detokenizer: IncrementalDetokenizer
    private var matcher: StopSequenceMatcher
    private let endTokens: [TokenID]
    private let keepsLogprobs: Bool
    /// Tokens whose text may still be cut by a stop string.
    private var held: [TokenLogprob] = []
    /// Text that the tokens so far stand for.
    private var producedBytes = 0
    private var producedScalars = 0
    /// Text that may be sent.
    private var releasedBytes = 0

    /// Output tokens up to the one that completes a stop string, an end token included.
    private(set) var tokenCount = 0

    /// - Parameter startsText: whether the answer is a text of its own, not the continuation of the prompt's.
    init(tokenizer: Tokenizer, sampling: SamplingParameters, stops: [String], startsText: Bool) {
        detokenizer = IncrementalDetokenizer(tokenizer, startsText: startsText)
        matcher = StopSequenceMatcher(stops: stops)
        endTokens = sampling.endTokens
        keepsLogprobs = sampling.topLogprobs != nil
    }

    /// Adds output tokens.
    ///
    /// - Parameter reason: set when the last of them ends the choice.
    /// - Returns: what can be sent; with `finish` set when `reason` is, or when a stop string was completed,
    ///   after which nothing may be added.
    mutating func append(_ tokens: [SampledToken], finish reason: FinishReason?) -> ChoiceDelta {
        var delta = ChoiceDelta(choice: 0)
        for token in tokens {
            tokenCount += 1
            guard !endTokens.contains(token.id) else { continue }
            if take(detokenizer.append(token.id), of: token, into: &delta) { return delta }
        }
        guard let reason else { return delta }
        if take(detokenizer.finish(), of: nil, into: &delta) { return delta }
        let rest = matcher.finish()
        release(rest, into: &delta)
        delta.logprobs += held
        held = []
        delta.finish = reason
        return delta
    }

    /// - Returns: whether the text completes a stop string.
    private mutating func take(_ text: String, of token: SampledToken?, into delta: inout ChoiceDelta) -> Bool
    {
        let offset = producedScalars
        producedBytes += text.utf8.count
        producedScalars += text.unicodeScalars.count
        if keepsLogprobs, let token {
            // The first bytes of a character wait for the rest of it.
            let endByte = text.isEmpty ? producedBytes + 1 : producedBytes
            held.append(TokenLogprob(token: token, textOffset: offset, endByte: endByte))
        }
        let result = matcher.append(text)
        release(result.text, into: &delta)
        guard result.stop != nil else { return false }
        delta.finish = .stop
        return true
    }

    private mutating func release(_ text: String, into delta: inout ChoiceDelta) {
        releasedBytes += text.utf8.count
        delta.text += text
        let complete = held.prefix { $0.endByte <= releasedBytes }
        delta.logprobs += complete
        held.removeFirst(complete.count)
    }
}
