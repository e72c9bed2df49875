internal import ServingTypes

/// One answer of a null server, token by token.
struct NullStream {
    enum State {
        case running, complete, stalled, closing, resetting
    }

    private let request: NullRequest
    private let settings: NullServerSettings
    private(set) var stamps: NullStamps
    private(set) var state = State.running
    private var tokens = 0

    init(request: NullRequest, settings: NullServerSettings, stamps: NullStamps) {
        (self.request, self.settings, self.stamps) = (request, settings, stamps)
    }

    /// The bytes of this moment: one token, or all that are left when there is no time between tokens.
    mutating func next(at time: Timestamp) -> String {
        let answer = NullAnswer(isChat: request.isChat)
        guard request.isStreamed else {
            stamp(time)
            state = settings.behaviour == .expire ? .closing : .complete
            return answer.whole(tokens: request.tokens)
        }
        var text = tokens == 0 ? NullAnswer.streamHead : ""
        repeat {
            stamp(time)
            tokens += 1
            text += answer.token(isLast: tokens == request.tokens)
        } while settings.tokenDelay == .zero && tokens < end
        if tokens >= end { text += finish(answer) }
        return text
    }

    /// Tokens after which a behaviour ends.
    private var end: Int {
        switch settings.behaviour {
        case .truncate, .close, .reset, .stall, .report: max(1, request.tokens / 2)
        case .answer, .fail, .refuse, .garbage, .nonsense, .silence, .expire: request.tokens
        }
    }

    private mutating func finish(_ answer: NullAnswer) -> String {
        switch settings.behaviour {
        case .close: state = .closing
        case .reset: state = .resetting
        case .stall: state = .stalled
        case .truncate:
            state = .complete
            return NullAnswer.chunk("")
        case .report:
            state = .complete
            return NullAnswer.chunk("data: {\"error\":{\"message\":\"as asked\"}}\n\n") + NullAnswer.chunk("")
        case .expire:
            state = .closing
            return answer.end(tokens: tokens)
        case .answer, .fail, .refuse, .garbage, .nonsense, .silence:
            state = .complete
            return answer.end(tokens: tokens)
        }
        return ""
    }

    private mutating func stamp(_ time: Timestamp) {
        if settings.keepsStamps { stamps.sent.append(time) }
    }
}
