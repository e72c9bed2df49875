import ServingTypes
import Testing

@testable import ServingCore

/// A worker that is told to take another role.
@Suite struct WorkerRoleTests {
    private static func answer(_ actions: [WorkerAction]) -> RoleAnswer? {
        for case .roleAnswer(_, let answer) in actions { return answer }
        return nil
    }

    private static func registers(_ actions: [WorkerAction]) -> Bool {
        actions.contains { if case .register = $0 { true } else { false } }
    }

    @Test func `an idle worker changes at once and registers anew`() {
        var pair = WorkerPair()
        let actions = pair.decode.handle(.roleWanted(.prefill, router: WorkerPair.router), now: pair.now)
        #expect(Self.answer(actions)?.isDone == true && Self.registers(actions))
        #expect(pair.decode.role == .prefill && !pair.decode.fullLoad().isDraining)
        let again = pair.decode.handle(.roleWanted(.prefill, router: WorkerPair.router), now: pair.now)
        #expect(Self.answer(again)?.isDone == true && !Self.registers(again), "nothing to change")
    }

    @Test func `work of the old role ends first, new work of it is refused, and the cache stays`() {
        var pair = WorkerPair()
        pair.toDecode(.assigned(WorkerPair.assignment(.whole, prompt: 13), router: WorkerPair.router))
        let actions = pair.decode.handle(.roleWanted(.prefill, router: WorkerPair.router), now: pair.now)
        #expect(Self.answer(actions)?.current == .decode && Self.answer(actions)?.requests == 1)
        #expect(!Self.registers(actions) && pair.decode.fullLoad().isDraining)
        let late = WorkerPair.assignment(.whole, attempt: WorkerPair.attempt(1, request: 2))
        pair.toDecode(.assigned(late, router: WorkerPair.router))
        #expect(pair.answers.last?.refusal?.code == .draining)
        var registrations = 0
        while let plan = pair.decode.nextStep(now: pair.now) {
            #expect(pair.decode.role == .decode)
            let actions = pair.decode.finishStep(plan, sampled: WorkerPair.sample(plan), now: pair.now)
            registrations += Self.registers(actions) ? 1 : 0
            pair.route(actions, from: .decode)
        }
        #expect(pair.tokens.last?.firstIndex == 3 && pair.ended.last?.failure == nil)
        #expect(registrations == 1 && pair.decode.role == .prefill && !pair.decode.fullLoad().isDraining)
        #expect(pair.decode.blocks.cached >= 3, "the prompt's blocks")
        pair.toDecode(.assigned(late, router: WorkerPair.router))
        #expect(pair.answers.last?.refusal != nil, "it decodes no more")
    }

    @Test func `wanting the present role takes a change back`() {
        var pair = WorkerPair()
        pair.toDecode(.assigned(WorkerPair.assignment(.whole), router: WorkerPair.router))
        pair.toDecode(.roleWanted(.prefill, router: WorkerPair.router))
        let actions = pair.decode.handle(.roleWanted(.decode, router: WorkerPair.router), now: pair.now)
        #expect(Self.answer(actions)?.isDone == true && !pair.decode.fullLoad().isDraining)
        while pair.decodeStep() {}
        #expect(pair.decode.role == .decode && pair.decode.isIdle)
    }

    @Test func `refusals say why`() {
        var certified = WorkerPair { $0.permittedRoles = [.decode] }
        let unauthorized = certified.decode.handle(
            .roleWanted(.prefill, router: WorkerPair.router),
            now: .zero
        )
        #expect(Self.answer(unauthorized)?.failure?.code == .unauthorized)
        var drained = WorkerPair()
        drained.toDecode(.draining(true))
        let draining = drained.decode.handle(.roleWanted(.prefill, router: WorkerPair.router), now: .zero)
        #expect(Self.answer(draining)?.failure?.code == .draining)
        #expect(certified.decode.role == .decode && drained.decode.role == .decode)
    }

    @Test func `a worker that changed both ways serves as before`() {
        var pair = WorkerPair()
        for role in [WorkerRole.prefill, .decode] {
            pair.toDecode(.roleWanted(role, router: WorkerPair.router))
        }
        pair.assignBoth()
        pair.prefillAll()
        pair.landAll()
        while pair.decodeStep() {}
        #expect(pair.ended.allSatisfy { $0.failure == nil } && pair.ended.count == 2)
        #expect(pair.owedBlocks == 0)
    }
}
