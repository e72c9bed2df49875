internal import ServingTypes
internal import Workload

/// Chats of several turns: each turn repeats the history with the model's own answers, and follows the last answer after
/// a pause.
struct ChatRequests: RequestSource {
    private let plans: ConversationPlans
    private let form: RequestForm
    private let names: RequestNames
    /// Where the requests of each conversation start in the run.
    private let starts: [Int]
    let total: Int

    init(plans: ConversationPlans, form: RequestForm, names: RequestNames) {
        (self.plans, self.form, self.names) = (plans, form, names)
        var (starts, next) = ([Int](), 0)
        for index in 0..<plans.count {
            starts.append(next)
            next += plans.turnCount(at: index)
        }
        (self.starts, total) = (starts, next)
    }

    var count: Int { plans.count }

    func request(at index: Int, due: Duration?) -> OutgoingRequest {
        let conversation = Conversation(plans.plan(at: index))
        guard let request = request(of: conversation, turn: 0, at: index, due: due) else {
            preconditionFailure("conversation \(index) has no turn")
        }
        return request
    }

    private func request(of conversation: Conversation, turn: Int, at index: Int, due: Duration?)
        -> OutgoingRequest?
    {
        var conversation = conversation
        guard let next = conversation.nextTurn, let history = conversation.ask() else { return nil }
        let asked = conversation
        var request = OutgoingRequest(
            index: starts[index] + turn,
            due: due,
            requestID: names.name(starts[index] + turn),
            body: form.body(.messages(history), outputTokens: next.outputTokens),
            promptTokens: next.inputTokens
        )
        request.next = { answer, elapsed in
            var conversation = asked
            conversation.answer(JSONText.unescaped(answer))
            guard let pause = conversation.nextTurn?.thinkTime else { return nil }
            return self.request(of: conversation, turn: turn + 1, at: index, due: elapsed + pause)
        }
        return request
    }
}
