using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Tests.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Values;

public class ValueJsonTests
{
    private static readonly string[] Keys = ["$secret", "$$secret", "$$$secret", "$unknown", "$$unknown", "$", "$schema", "$$ref", "secret", "expiresAt", "a"];

    [Theory]
    [InlineData("""{"$secret":"store:admin"}""", """{"$$secret":"store:admin"}""")]
    [InlineData("""{"$unknown":"build"}""", """{"$$unknown":"build"}""")]
    [InlineData("""{"$$secret":"x"}""", """{"$$$secret":"x"}""")]
    [InlineData("""[{"a":{"$secret":"x","expiresAt":"never"}}]""", """[{"a":{"$$secret":"x","expiresAt":"never"}}]""")]
    [InlineData("""{"$schema":"s","$$ref":1,"secret":2}""", """{"$schema":"s","$$ref":1,"secret":2}""")]
    public void Foreign_MapWithOurKeys_IsEscapedInTheJournalAndComesBackAsAMap(string foreign, string journaled)
    {
        var value = PlainJson.Parse(foreign);

        Assert.False(value.HasSecret || value.HasUnknown);
        Assert.Equal(journaled, ValueJson.Serialize(value));
        var back = ValueJson.Parse(journaled, _ => throw new InvalidOperationException("resolved"));
        Assert.False(back.HasSecret || back.HasUnknown);
        Assert.Equal(value, back);
        Assert.Equal(foreign, PlainJson.Serialize(back));
    }

    [Fact]
    public void Any_Maps_RoundTripThroughBothForms()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var value = Any(new Random(seed), 4);
            Assert.Equal(value, ValueJson.Parse(ValueJson.Serialize(value)));
            Assert.Equal(value, PlainJson.Parse(PlainJson.Serialize(value)));
        }
    }

    [Fact]
    public void Secret_Journaled_ComesBackAsTheReferenceWithItsEnd()
    {
        var end = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);
        var text = ValueJson.Serialize(Value.List(new SecretValue(new Secret("store:a", () => "plain", end)), new UnknownValue("build")));

        Assert.Equal("""[{"$secret":"store:a","expiresAt":"2031-05-06T07:08:09+00:00"},{"$unknown":"build"}]""", text);
        var back = (ListValue)ValueJson.Parse(text, reference => $"resolved {reference}");
        var secret = Assert.IsType<SecretValue>(back.Items[0]).Secret;
        Assert.Equal(("resolved store:a", end), (secret.Reveal(), secret.ExpiresAt));
        Assert.Equal("build", Assert.IsType<UnknownValue>(back.Items[1]).After);
    }

    [Fact]
    public void Plain_SecretOrUnknown_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => PlainJson.Serialize(Value.List(new SecretValue(Secret.FromPlainText("x")))));
        Assert.Throws<InvalidOperationException>(() => PlainJson.Serialize(Value.Map(("a", new UnknownValue("b")))));
    }

    [Fact]
    public void Plain_NoJson_IsNull() => Assert.Null(PlainJson.TryParse("{"));

    [Theory]
    [InlineData("parseJson('{\"$secret\": \"store:admin\"}')", """{"$secret":"store:admin"}""")]
    [InlineData("json({'$secret': 'a', '$schema': 'b'})", """{"$secret":"a","$schema":"b"}""")]
    [InlineData("`${parseJson('{\"$unknown\": \"x\"}')}`", """{"$unknown":"x"}""")]
    public void Expression_OurKeys_AreDataInAndOut(string expression, string text) =>
        Assert.Equal(text, Expression.Parse(expression).Evaluate(CaseContext.Create()).ToString());

    [Fact]
    public void Definition_ConstantWithOurKey_StaysAMap()
    {
        var constant = Value.Map(("$secret", Value.Of("store:admin")));
        var definition = new Definition
        {
            Name = "d",
            Root = new ActivityNode { Id = "a", Type = "x", Inputs = new Dictionary<string, Expression> { ["in"] = Expression.Constant(constant) } },
        };

        var back = DefinitionJson.Read(DefinitionJson.Write(definition)).Root.Inputs["in"].ConstantValue;
        Assert.Equal(constant, Assert.IsType<MapValue>(back));
    }

    private static Value Any(Random random, int depth) => random.Next(depth == 0 ? 3 : 5) switch
    {
        0 => Value.Of(random.Next(-5, 5) / 2.0),
        1 => Value.Of(Keys[random.Next(Keys.Length)]),
        2 => Value.Of(random.Next(2) == 0),
        3 => Value.List(Enumerable.Range(0, random.Next(3)).Select(_ => Any(random, depth - 1))),
        _ => Value.Map(Enumerable.Range(0, random.Next(4)).Select(_ => (Keys[random.Next(Keys.Length)], Any(random, depth - 1)))),
    };
}
