import Testing

@testable import RouterDaemon
@testable import Transport

/// Which operator an answer of a worker belongs to.
@Suite struct SettingsQuestionsTests {
    private let worker = ConnectionID(rawValue: 1)
    private let other = ConnectionID(rawValue: 2)
    private let alice = ConnectionID(rawValue: 8)
    private let bob = ConnectionID(rawValue: 9)

    @Test func `answers go to those who asked, in order, worker by worker`() {
        var questions = SettingsQuestions()
        let numbers = [(worker, alice), (worker, bob), (other, bob)].map { questions.ask($0, for: $1) }
        #expect(Set(numbers).count == 3 && !numbers.contains(nil))
        let answered = [other, worker, worker, worker].map { questions.answered($0) }
        #expect(answered == [bob, alice, bob, nil], "the last one nobody asked")
    }

    @Test func `an answer that comes too late is for nobody, and the next one is not mistaken`() throws {
        var questions = SettingsQuestions()
        let number = questions.ask(worker, for: alice)
        let first = try #require(number)
        _ = questions.ask(worker, for: bob)
        let expired = [1, 2].map { _ in questions.expired(first, at: worker) }
        #expect(expired == [alice, nil], "it is told once")
        let answered = [1, 2].map { _ in questions.answered(worker) }
        #expect(answered == [nil, bob])
        let late = questions.expired(first, at: worker)
        #expect(late == nil, "it has been answered")
    }

    @Test func `who leaves is not answered, and who waits for one who left is told`() {
        var questions = SettingsQuestions()
        _ = questions.ask(worker, for: alice)
        _ = questions.ask(worker, for: bob)
        let told = [alice, worker].map { questions.closed($0) }
        #expect(told == [[], [bob]])
        let answered = questions.answered(worker)
        #expect(answered == nil)
    }

    @Test func `so many questions may be open at a worker and no more`() {
        var questions = SettingsQuestions()
        let numbers = (0...SettingsQuestions.limit).map { _ in questions.ask(worker, for: alice) }
        #expect(numbers.dropLast().allSatisfy { $0 != nil } && numbers.last == .some(nil))
        let elsewhere = questions.ask(other, for: alice)
        _ = questions.answered(worker)
        let again = questions.ask(worker, for: alice)
        #expect(elsewhere != nil && again != nil)
    }
}
