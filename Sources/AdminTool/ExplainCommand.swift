internal import ArgumentParser
internal import Foundation
internal import ServingTypes
internal import Wire

/// `batonctl explain`: why a request went where it went, and what each stage took.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show why a request went where it went, and its times.",
        usage: "batonctl explain <id> [-o json|yaml] [ROUTER OPTIONS]",
        discussion: """
            The first plan was chosen. HIT is tokens cached where the prompt is computed, \
            QUEUED those to compute before, FREE KV blocks; HARM is the delay of others.
            """
    )

    @Argument(help: "The request's X-Request-Id, or its identity from the log.")
    var id: String

    @OptionGroup var format: OutputOptions

    @OptionGroup var options: RouterOptions

    func run() throws {
        let text = try options.withSession { session in
            let reply = try session.ask(.requestQuery(id))
            guard case .decision(let answer) = reply else { throw UnexpectedReply(reply) }
            switch answer {
            case .unknown(let error): throw error
            case .known(let text): return text
            }
        }
        let decision = try Self.decision(from: text)
        try format.say(
            Shown(document: try DocumentValue(json: text)) { _ in
                StyledLine.lines(DecisionText(decision).text)
            }
        )
    }

    static func decision(from text: String) throws -> DecisionDocument {
        do {
            return try JSONDecoder().decode(DecisionDocument.self, from: Data(text.utf8))
        } catch {
            throw DocumentValue.misunderstood(error)
        }
    }
}
