internal import ArgumentParser
internal import Foundation
internal import ServingTypes
internal import Wire

/// `batonctl explain`: why a request went where it went, and what each stage took.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show why a request went where it went, and what made it slow.",
        usage: "batonctl explain <id> [-o json] [ROUTER OPTIONS]",
        discussion: """
            The first plan was chosen. HIT is tokens cached where the prompt is computed, \
            QUEUED those to compute before, FREE KV blocks; HARM is the delay of others.
            """
    )

    @Argument(help: "The request's X-Request-Id, or its identity from the log.")
    var id: String

    @Option(name: .shortAndLong, help: "table or json.")
    var output = OutputFormat.table

    @OptionGroup var options: RouterOptions

    func run() throws {
        let reply = try options.withSession { session in try session.ask(.requestQuery(id)) }
        guard case .decision(let answer) = reply else { throw UnexpectedReply(reply) }
        switch answer {
        case .unknown(let error): throw error
        case .known(let text):
            let decision = try Self.decision(from: text)
            print(output == .json ? try Self.json(of: decision) : DecisionText(decision).text)
        }
    }

    static func decision(from text: String) throws -> DecisionDocument {
        do {
            return try JSONDecoder().decode(DecisionDocument.self, from: Data(text.utf8))
        } catch {
            throw ServingError(
                .protocolViolation,
                "the router's answer is not understood (\(error)): run the same release of batonctl and the router"
            )
        }
    }

    static func json(of decision: DecisionDocument) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(decision), as: UTF8.self)
    }
}
