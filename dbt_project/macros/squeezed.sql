{% macro squeezed(text) -%}
    {#-
        A name for comparison: width folded as NFKC does for letters, digits and brackets, without white space,
        quotes and invisible marks. The same as extraction's `squeeze`; DuckDB has no NFKC of its own.
    -#}
    regexp_replace(
        translate(
            {{ text }},
            '（）［］【】：；，．／－＆０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ',
            '()[][]:;,./-&0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
        ),
        '[\s\p{Z}\p{Cf}"''“”‘’]', '', 'g'
    )
{%- endmacro %}
