"""XML as producers write it: encodings, prefixes, CDATA, elements of other namespaces."""
import os

from pmml.document import folder


def syntax():
    """A prefix, comments, CDATA, entities, elements of other namespaces, an older version."""
    text = """<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>
<!-- a comment before -->
<p:PMML xmlns:p="http://www.dmg.org/PMML-3_2" xmlns:other="http://example.org/" version="3.2">
  <p:Header copyright="&#169; &lt;nobody&gt;"/>
  <p:DataDictionary>
    <p:Extension name="x"><p:DataField name="nothing"/></p:Extension>
    <p:DataField name="gr&#246;&#223;e" optype="continuous" dataType="double"/>
    <p:DataField name="\xe4ge &amp; co" optype="categorical" dataType="string"/>
    <p:DataField name="t" optype="continuous" dataType="double"/>
  </p:DataDictionary>
  <other:RegressionModel/>
  <p:RegressionModel functionName="regression">
    <p:MiningSchema><p:MiningField name="gr\xf6\xdfe"/><p:MiningField name="\xe4ge &amp; co"/>\
<p:MiningField name="t" usageType="predicted"/></p:MiningSchema>
    <p:LocalTransformations><p:DerivedField name="d" optype="continuous" dataType="double">
      <p:Apply function="-"><p:FieldRef field="gr\xf6\xdfe"/>\
<p:Constant><!-- one --><![CDATA[1]]></p:Constant></p:Apply>\
</p:DerivedField></p:LocalTransformations>
    <p:RegressionTable intercept=" 1 "><p:NumericPredictor name="d" coefficient="2e0"/>
      <p:CategoricalPredictor name="\xe4ge &amp; co" value="&quot;b&quot;" coefficient="0.5"/>\
</p:RegressionTable>
    <p:ModelVerification><p:VerificationFields>\
<p:VerificationField field="gr\xf6\xdfe" column="g"/>\
<p:VerificationField field="\xe4ge &amp; co" column="a"/>
      <p:VerificationField field="t"/></p:VerificationFields>
      <p:InlineTable><p:row><other:g>3</other:g><other:a>"b"</other:a><other:t>5.5</other:t></p:row>
      <p:row><g>3</g><a>b</a><t>5</t></p:row></p:InlineTable></p:ModelVerification>
  </p:RegressionModel>
</p:PMML>
"""
    with open(os.path.join(folder, "syntax_latin1.pmml"), "wb") as file:
        file.write(text.encode("latin-1"))
    with open(os.path.join(folder, "syntax_utf16.pmml"), "wb") as file:
        file.write(text.replace("ISO-8859-1", "UTF-16").encode("utf-16"))
    with open(os.path.join(folder, "syntax_utf8_mark.pmml"), "wb") as file:
        file.write(text.replace("ISO-8859-1", "UTF-8").encode("utf-8-sig"))
